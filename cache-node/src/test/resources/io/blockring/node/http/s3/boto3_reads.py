"""Reads the endpoint with boto3 and prints what it saw, one `name: value` a line.

Arguments: endpoint, file to download `big.bin` to. Credentials come from the environment.
"""
import datetime
import sys
import urllib.error
import urllib.request

import boto3
import botocore.auth
from boto3.s3.transfer import TransferConfig
from botocore.client import Config
from botocore.exceptions import ClientError

endpoint, target = sys.argv[1:]


def client(**more):
    config = Config(s3={"addressing_style": "path"}, signature_version="s3v4", retries={"max_attempts": 1})
    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", config=config, **more)


def show(name, value):
    print(f"{name}: {value}")


def code(name, call):
    try:
        call()
        show(name, "no error")
    except ClientError as e:
        show(name, f"{e.response['ResponseMetadata']['HTTPStatusCode']} {e.response['Error']['Code']}")


s3 = client()
part = s3.get_object(Bucket="models", Key="big.bin", Range="bytes=1000-1063")
show("range", part["Body"].read().hex())
show("content-range", part["ContentRange"])
show("x-cache", part["ResponseMetadata"]["HTTPHeaders"]["x-cache"])
show("awkward", s3.get_object(Bucket="models", Key="€ ü+&=?#%")["Body"].read().hex())
show("empty", len(s3.get_object(Bucket="models", Key="empty")["Body"].read()))

s3.download_file("models", "big.bin", target,
                 Config=TransferConfig(multipart_threshold=8 << 20, multipart_chunksize=5 << 20, max_concurrency=4))

keys = [o["Key"] for page in s3.get_paginator("list_objects_v2").paginate(
    Bucket="models", Prefix="many/", PaginationConfig={"PageSize": 7}) for o in page.get("Contents", [])]
show("v2 keys", f"{len(keys)} {keys[0]} {keys[-1]} {keys == sorted(set(keys))}")
keys = [o["Key"] for page in s3.get_paginator("list_objects").paginate(
    Bucket="models", Prefix="many/", PaginationConfig={"PageSize": 7}) for o in page.get("Contents", [])]
show("v1 keys", f"{len(keys)} {keys == sorted(set(keys))}")
show("odd key", [o["Key"] for o in s3.list_objects_v2(Bucket="models", Prefix="odd")["Contents"]] == ["odd\x01 +%€"])
show("buckets", [b["Name"] for b in s3.list_buckets()["Buckets"]])

code("no key", lambda: s3.get_object(Bucket="models", Key="none"))
code("no bucket", lambda: s3.list_objects_v2(Bucket="none"))
code("bad range", lambda: s3.get_object(Bucket="models", Key="empty", Range="bytes=0-"))
code("if-match", lambda: s3.get_object(Bucket="models", Key="big.bin", IfMatch='"other"'))
code("if-none-match", lambda: s3.get_object(Bucket="models", Key="big.bin", IfNoneMatch='"v1"'))
code("put", lambda: s3.put_object(Bucket="models", Key="new", Body=b"x" * 100000))
code("delete", lambda: s3.delete_objects(Bucket="models", Delete={"Objects": [{"Key": "big.bin"}]}))
code("multipart", lambda: s3.create_multipart_upload(Bucket="models", Key="new"))
code("bad secret", lambda: client(aws_access_key_id="ALICE", aws_secret_access_key="wrong secret").list_buckets())
code("bad key", lambda: client(aws_access_key_id="MALLORY", aws_secret_access_key="wrong secret").list_buckets())

url = s3.generate_presigned_url("get_object", Params={"Bucket": "models", "Key": "empty"}, ExpiresIn=60)
show("presigned", urllib.request.urlopen(url).status)


# From here on the clock with which botocore signs is 16 minutes late.
now = botocore.auth.get_current_datetime
botocore.auth.get_current_datetime = lambda *a, **k: now(*a, **k) - datetime.timedelta(minutes=16)
old = client()
code("old clock", old.list_buckets)
url = old.generate_presigned_url("get_object", Params={"Bucket": "models", "Key": "empty"}, ExpiresIn=60)
try:
    show("expired", urllib.request.urlopen(url).status)
except urllib.error.HTTPError as e:
    show("expired", f"{e.code} {'Request has expired' in e.read().decode()}")
