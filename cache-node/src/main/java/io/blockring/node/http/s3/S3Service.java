package io.blockring.node.http.s3;

import io.blockring.client.Namespace;
import io.blockring.client.Namespace.Mount;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.node.security.ApiKey;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** Finds out what a request asks for and has it answered. The whole API is in {@link #answer}. */
final class S3Service {
  /** What S3 can be asked about a bucket or an object besides its content, and we cannot. */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "accelerate",
          "acl",
          "analytics",
          "attributes",
          "cors",
          "encryption",
          "intelligent-tiering",
          "inventory",
          "legal-hold",
          "lifecycle",
          "logging",
          "metrics",
          "notification",
          "object-lock",
          "ownershipControls",
          "partNumber",
          "policy",
          "policyStatus",
          "publicAccessBlock",
          "replication",
          "requestPayment",
          "restore",
          "retention",
          "select",
          "session",
          "tagging",
          "torrent",
          "uploadId",
          "uploads",
          "versioning",
          "versions",
          "website");

  private final Namespace namespace;
  private final BucketAnswers buckets;
  private final ObjectAnswers objects;
  private final String region;
  private final Duration deadline;

  S3Service(Namespace namespace, String region, Duration deadline) {
    this.namespace = namespace;
    this.buckets = new BucketAnswers(namespace, region);
    this.objects = new ObjectAnswers(namespace, deadline);
    this.region = region;
    this.deadline = deadline;
  }

  /** Whether bytes are here or come from the bucket makes no difference to who may have them. */
  void answer(S3Request request, ApiKey asker, HttpReply reply) throws S3Exception, IOException {
    requireRead(request);
    if (request.bucket().isEmpty()) {
      document(request, reply, buckets.listBuckets(request, asker));
      return;
    }
    requireAllowed(request, asker);
    Mount mount = namespace.mount(request.bucket());
    if (mount == null) {
      throw new S3Exception(
              S3Code.NO_SUCH_BUCKET,
              "The specified bucket does not exist: no mount is called '" + request.bucket() + "'")
          .detail("BucketName", request.bucket());
    }
    requireSupported(request);
    if (!request.key().isEmpty()) {
      objects.answer(mount, request, reply);
    } else if (request.isHead()) {
      reply.sendHead(document().with("x-amz-bucket-region", region), 0);
    } else if (request.parameters().has("location")) {
      document(request, reply, buckets.location());
    } else {
      document(request, reply, buckets.listObjects(mount, request, newScope(reply)));
    }
  }

  /** Before it is known whether there is such a mount or key: that is told to nobody else. */
  private static void requireAllowed(S3Request request, ApiKey asker) throws S3Exception {
    String mount = request.bucket();
    boolean isListing = request.key().isEmpty() && !isAboutBucket(request);
    String path =
        "/"
            + mount
            + "/"
            + (isListing ? request.parameters().valueOr("prefix", "") : request.key());
    boolean isAllowed =
        request.key().isEmpty() && !isListing ? asker.maySee(mount) : asker.mayRead(path);
    if (!isAllowed) {
      throw new S3Exception(
          S3Code.ACCESS_DENIED,
          "Access Denied: key "
              + asker.name()
              + " reads "
              + String.join(", ", asker.paths())
              + ", not "
              + path);
    }
  }

  private static boolean isAboutBucket(S3Request request) {
    return request.isHead() || request.parameters().has("location");
  }

  private static void requireRead(S3Request request) throws S3Exception {
    if (!request.method().equals("GET") && !request.isHead()) {
      throw new S3Exception(
              S3Code.METHOD_NOT_ALLOWED,
              "This endpoint is read-only: "
                  + request.method()
                  + " is not served, only GET and HEAD. Write to the bucket behind the mount.")
          .header("Allow", "GET, HEAD")
          .detail("Method", request.method())
          .detail("ResourceType", request.key().isEmpty() ? "BUCKET" : "OBJECT");
    }
  }

  private static void requireSupported(S3Request request) throws S3Exception {
    for (Parameters.Parameter parameter : request.parameters().all()) {
      if (UNSUPPORTED.contains(parameter.name())) {
        throw new S3Exception(
            S3Code.NOT_IMPLEMENTED,
            "A header or query you provided implies functionality that is not implemented: ?"
                + parameter.name());
      }
    }
  }

  private static ReplyHead document() {
    return new ReplyHead(200).with("Content-Type", "application/xml");
  }

  private static void document(S3Request request, HttpReply reply, byte[] body) throws IOException {
    if (request.isHead()) {
      reply.sendHead(document(), body.length);
    } else {
      reply.send(document(), body);
    }
  }

  private ReadScope newScope(HttpReply reply) {
    return new ReadScope(
        reply.traceId(), TrafficClass.READ, System.nanoTime() + deadline.toNanos());
  }
}
