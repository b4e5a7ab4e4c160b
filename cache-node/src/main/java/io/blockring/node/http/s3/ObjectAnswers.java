package io.blockring.node.http.s3;

import io.blockring.client.Namespace;
import io.blockring.client.Namespace.Intent;
import io.blockring.client.Namespace.Mount;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ReadException.Kind;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.Identity;
import io.blockring.node.http.s3.ByteRange.Part;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** GetObject and HeadObject. One response is of one version, whole or reset. */
final class ObjectAnswers {
  /** How often an object may be overwritten between open and first byte before we say so. */
  private static final int MAX_OPENS = 3;

  /** Bytes of one read below: large enough for read-ahead, small enough for one deadline. */
  private static final long READ_WINDOW_BYTES = 256L * 1024 * 1024;

  /** Query parameters that replace a header of the response. */
  private static final Map<String, String> OVERRIDES =
      Map.of(
          "response-content-type", "Content-Type",
          "response-content-language", "Content-Language",
          "response-expires", "Expires",
          "response-cache-control", "Cache-Control",
          "response-content-disposition", "Content-Disposition",
          "response-content-encoding", "Content-Encoding");

  private static final int MAX_OVERRIDE_CHARACTERS = 1024;

  private final Namespace namespace;
  private final Duration deadline;

  ObjectAnswers(Namespace namespace, Duration deadline) {
    this.namespace = namespace;
    this.deadline = deadline;
  }

  void answer(Mount mount, S3Request request, HttpReply reply) throws S3Exception, IOException {
    for (int opens = 1; ; opens++) {
      try {
        answerOnce(mount, request, reply);
        return;
      } catch (ReadException e) {
        boolean isWorthAnother = e.kind() == Kind.CHANGED && !reply.isBegun() && opens < MAX_OPENS;
        if (!isWorthAnother) {
          throw S3Exception.of(e, request.key());
        }
      }
    }
  }

  private void answerOnce(Mount mount, S3Request request, HttpReply reply)
      throws S3Exception, ReadException, IOException {
    Intent intent = request.isHead() ? Intent.STAT : Intent.READ;
    OpenObject object = namespace.open(mount, request.key(), intent, newScope(reply));
    requireVersion(request, object);
    switch (Preconditions.check(
        request.headers(), object.etag(), object.lastModifiedEpochMillis())) {
      case FAILED -> throw preconditionFailed(object);
      case NOT_MODIFIED -> reply.sendNotModified(described(new ReplyHead(304), object));
      case MET -> answerBytes(request, object, reply);
    }
  }

  private void answerBytes(S3Request request, OpenObject object, HttpReply reply)
      throws S3Exception, ReadException, IOException {
    long size = object.size();
    boolean isRangeAllowed =
        Preconditions.isRangeAllowed(
            request.headers(), object.etag(), object.lastModifiedEpochMillis());
    ByteRange range = ByteRange.of(isRangeAllowed ? request.headers().value("Range") : null, size);
    ReplyHead head =
        switch (range) {
          case ByteRange.Whole _ -> new ReplyHead(200);
          case Part part -> new ReplyHead(206).with("Content-Range", part.contentRange(size));
          case ByteRange.Unsatisfiable _ -> throw invalidRange(request, object);
        };
    described(head, object).with("Content-Type", contentType(object));
    override(request, head);
    long offset = range instanceof Part part ? part.offset() : 0;
    long length = range instanceof Part part ? part.length() : size;
    if (request.isHead() || length == 0) {
      reply.sendHead(head, length);
    } else {
      boolean mayCompress = range instanceof Part && LinkCompressor.isWanted(request);
      stream(object, offset, reply.stream(head, length, mayCompress), length, reply);
    }
  }

  private void stream(OpenObject object, long offset, BodySink sink, long length, HttpReply reply)
      throws ReadException, IOException {
    while (sink.committed() < length) {
      long before = sink.committed();
      long wanted = Math.min(READ_WINDOW_BYTES, length - before);
      ReadScope scope = newScope(reply);
      try {
        namespace.read(object, offset + before, wanted, sink, scope);
        if (sink.committed() != before + wanted) {
          throw new IllegalStateException(
              "a read of " + wanted + " bytes ended well after " + (sink.committed() - before));
        }
      } catch (ReadException e) {
        // A long read over a slow rung or to a slow reader outlives any deadline: it may go on as
        // long as bytes come.
        boolean isSlowOnly =
            e.kind() == Kind.UNAVAILABLE && scope.isExpired() && sink.committed() > before;
        if (!isSlowOnly) {
          throw e;
        }
      }
    }
    sink.finish();
  }

  private ReadScope newScope(HttpReply reply) {
    return new ReadScope(
        reply.traceId(), TrafficClass.READ, System.nanoTime() + deadline.toNanos());
  }

  private static void requireVersion(S3Request request, OpenObject object) throws S3Exception {
    String wanted = request.parameters().value("versionId");
    if (wanted != null && !wanted.equals(versionId(object))) {
      throw new S3Exception(
              S3Code.NO_SUCH_VERSION,
              "only the current version is served, which is '" + versionId(object) + "'")
          .detail("Key", request.key())
          .detail("VersionId", wanted);
    }
  }

  /** As S3 has it, {@code null} is the name of the version of an object without versions. */
  private static String versionId(OpenObject object) {
    return object.version() != null
            && object.version().identity().kind() == Identity.Kind.VERSION_ID
        ? object.version().identity().value()
        : "null";
  }

  private static ReplyHead described(ReplyHead head, OpenObject object) {
    String versionId = versionId(object);
    return head.with("Accept-Ranges", "bytes")
        .with("ETag", object.etag())
        .with("Last-Modified", HttpDate.header(object.lastModifiedEpochMillis()))
        .with("x-amz-version-id", versionId.equals("null") ? "" : versionId);
  }

  private static String contentType(OpenObject object) {
    return object.contentType().isEmpty() ? "binary/octet-stream" : object.contentType();
  }

  private static void override(S3Request request, ReplyHead head) throws S3Exception {
    for (Map.Entry<String, String> override : OVERRIDES.entrySet()) {
      String value = request.parameters().value(override.getKey());
      if (value != null) {
        if (value.length() > MAX_OVERRIDE_CHARACTERS
            || !value.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
          throw S3Exception.argument(
              override.getKey(),
              value,
              "a header's value is at most "
                  + MAX_OVERRIDE_CHARACTERS
                  + " printable ASCII characters, this one has "
                  + value.length());
        }
        head.with(override.getValue(), value);
      }
    }
  }

  private static S3Exception preconditionFailed(OpenObject object) {
    return new S3Exception(
            S3Code.PRECONDITION_FAILED,
            "At least one of the pre-conditions you specified did not hold: the object has ETag "
                + object.etag()
                + ", last modified "
                + HttpDate.header(object.lastModifiedEpochMillis()))
        .header("ETag", object.etag());
  }

  private static S3Exception invalidRange(S3Request request, OpenObject object) {
    String asked = String.valueOf(request.headers().value("Range"));
    return new S3Exception(S3Code.INVALID_RANGE, "The requested range is not satisfiable")
        .header("Content-Range", "bytes */" + object.size())
        .detail("RangeRequested", asked)
        .detail("ActualObjectSize", Long.toString(object.size()));
  }
}
