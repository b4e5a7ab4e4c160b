package io.blockring.node.http.s3;

import io.blockring.client.Namespace;
import io.blockring.client.Namespace.Mount;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.origin.ListPage;
import io.blockring.node.security.ApiKey;
import java.util.List;

/** ListBuckets, ListObjects and what else is asked of a bucket: documents of bounded size. */
final class BucketAnswers {
  private final Namespace namespace;
  private final String region;

  BucketAnswers(Namespace namespace, String region) {
    this.namespace = namespace;
    this.region = region;
  }

  /**
   * The mounts that the asker may see. They have no date of creation, tools want one: it is always
   * 1970.
   */
  byte[] listBuckets(S3Request request, ApiKey asker) {
    String prefix = request.parameters().valueOr("prefix", "");
    Xml xml = Xml.ofS3("ListAllMyBucketsResult");
    xml.open("Owner").element("ID", "blockring").element("DisplayName", "blockring").close();
    xml.open("Buckets");
    for (Mount mount : namespace.mounts()) {
      if (mount.name().startsWith(prefix) && asker.maySee(mount.name())) {
        xml.open("Bucket")
            .element("Name", mount.name())
            .element("CreationDate", HttpDate.element(0))
            .element("BucketRegion", region)
            .close();
      }
    }
    return xml.toBytes();
  }

  byte[] location() {
    Xml xml = Xml.ofS3("LocationConstraint");
    // Amazon's first region has no name here, and clients know.
    return xml.text(region.equals("us-east-1") ? "" : region).toBytes();
  }

  byte[] listObjects(Mount mount, S3Request request, ReadScope scope) throws S3Exception {
    ListQuery query = ListQuery.parse(request.parameters());
    if (query.maxKeys() == 0) {
      return ListAnswer.of(mount.name(), query, new ListPage(List.of(), ""));
    }
    try {
      ListPage page =
          namespace.list(
              mount, query.prefix(), query.delimiter(), query.startAfter(), query.maxKeys(), scope);
      return ListAnswer.of(mount.name(), query, page);
    } catch (ReadException e) {
      if (e.kind() == ReadException.Kind.NOT_FOUND) {
        throw new S3Exception(S3Code.NO_SUCH_BUCKET, String.valueOf(e.getMessage()))
            .detail("BucketName", mount.name());
      }
      throw S3Exception.of(e, query.prefix());
    }
  }
}
