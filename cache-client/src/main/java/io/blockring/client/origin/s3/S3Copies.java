package io.blockring.client.origin.s3;

import io.blockring.client.origin.Copies;
import io.blockring.client.origin.EmptyBody;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLocation;
import io.blockring.client.origin.OriginSettings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Copies in a bucket, or in the part of it below a prefix. */
public final class S3Copies implements Copies {
  private final S3Origin bucket;
  private final CopyMark mark;

  private S3Copies(S3Origin bucket, CopyMark mark) {
    this.bucket = bucket;
    this.mark = mark;
  }

  /**
   * Opens a bucket. No request is made.
   *
   * @param source the place whose objects are copied, at {@code sourceEndpoint}
   */
  public static S3Copies open(
      OriginLocation.Bucket location,
      OriginSettings settings,
      OriginLocation source,
      String sourceEndpoint,
      OriginCounters counters) {
    return new S3Copies(
        S3Origin.open(location, settings, counters), CopyMark.ofSource(source, sourceEndpoint));
  }

  @Override
  public Origin.Body getRange(
      String key, ObjectMetadata wanted, long offset, int length, long deadlineNanos)
      throws OriginException {
    if (wanted.size() == 0) {
      return new EmptyBody(wanted);
    }
    String what = "GET copy " + bucket.address(key) + " bytes " + offset + "+" + length;
    var exchange =
        bucket.get(what, bucket.request(key, offset, length).build(), false, deadlineNanos);
    if (exchange.answer().stream() == null) {
      exchange.succeeded();
      throw new OriginException(
          Kind.CHANGED, what + ": the object is shorter, it is no copy of " + wanted.identity());
    }
    return bucket.body(
        what,
        exchange,
        deadlineNanos,
        response -> bucket.check(what).copy(mark, response, wanted, offset, length));
  }

  @Override
  public @Nullable ObjectMetadata head(String key, long deadlineNanos) throws OriginException {
    try {
      HeadObjectResponse head =
          bucket.ask(
              "HEAD copy " + bucket.address(key),
              deadlineNanos,
              () ->
                  bucket
                      .client()
                      .headObject(h -> h.bucket(bucket.bucket()).key(bucket.fullKey(key))));
      ObjectMetadata copied = mark.read(head.metadata(), head.contentType());
      Long size = head.contentLength();
      return copied != null && size != null && size == copied.size() ? copied : null;
    } catch (OriginException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public ListPage list(@Nullable String startAfter, int maxKeys, long deadlineNanos)
      throws OriginException {
    return bucket.list("", "", startAfter, maxKeys, deadlineNanos);
  }

  @Override
  public void put(String key, ObjectMetadata source, ByteBuffer bytes, long deadlineNanos)
      throws OriginException {
    var metadata = mark.write(source);
    String md5 = md5(bytes);
    bucket.ask(
        "PUT copy " + bucket.address(key),
        deadlineNanos,
        () ->
            bucket
                .client()
                .putObject(
                    put -> {
                      put.bucket(bucket.bucket()).key(bucket.fullKey(key));
                      put.metadata(metadata).contentMD5(md5);
                      if (!source.contentType().isEmpty()) {
                        put.contentType(source.contentType());
                      }
                    },
                    body(bytes)));
  }

  @Override
  public Upload begin(String key, ObjectMetadata source, long deadlineNanos)
      throws OriginException {
    var metadata = mark.write(source);
    String id =
        bucket
            .ask(
                "POST copy " + bucket.address(key),
                deadlineNanos,
                () ->
                    bucket
                        .client()
                        .createMultipartUpload(
                            begin -> {
                              begin.bucket(bucket.bucket()).key(bucket.fullKey(key));
                              begin.metadata(metadata);
                              if (!source.contentType().isEmpty()) {
                                begin.contentType(source.contentType());
                              }
                            }))
            .uploadId();
    return new Parts(key, id);
  }

  @Override
  public void close() {
    bucket.close();
  }

  /** The caller's bytes as they are: read from the start again with each attempt. */
  private static RequestBody body(ByteBuffer bytes) {
    return RequestBody.fromRemainingByteBuffer(bytes.duplicate());
  }

  /** What every store checks an upload by; this is no matter of secrecy. */
  private static String md5(ByteBuffer bytes) {
    return Base64.getEncoder().encodeToString(Md5.of(bytes));
  }

  private final class Parts implements Upload {
    private final String key;
    private final String id;
    private final List<CompletedPart> parts = new ArrayList<>();
    private boolean isComplete;

    Parts(String key, String id) {
      this.key = key;
      this.id = id;
    }

    @Override
    public void part(ByteBuffer bytes, long deadlineNanos) throws OriginException {
      int number = parts.size() + 1;
      String md5 = md5(bytes);
      String etag =
          bucket
              .ask(
                  "PUT part " + number + " of copy " + bucket.address(key),
                  deadlineNanos,
                  () ->
                      bucket
                          .client()
                          .uploadPart(
                              part ->
                                  part.bucket(bucket.bucket())
                                      .key(bucket.fullKey(key))
                                      .uploadId(id)
                                      .partNumber(number)
                                      .contentMD5(md5),
                              body(bytes)))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    }

    @Override
    public void complete(long deadlineNanos) throws OriginException {
      bucket.ask(
          "POST " + parts.size() + " parts of copy " + bucket.address(key),
          deadlineNanos,
          () ->
              bucket
                  .client()
                  .completeMultipartUpload(
                      complete ->
                          complete
                              .bucket(bucket.bucket())
                              .key(bucket.fullKey(key))
                              .uploadId(id)
                              .multipartUpload(all -> all.parts(parts))));
      isComplete = true;
    }

    @Override
    public void close() {
      if (isComplete) {
        return;
      }
      try {
        bucket.ask(
            "DELETE parts of copy " + bucket.address(key),
            System.nanoTime() + 5_000_000_000L,
            () ->
                bucket
                    .client()
                    .abortMultipartUpload(
                        abort ->
                            abort.bucket(bucket.bucket()).key(bucket.fullKey(key)).uploadId(id)));
      } catch (OriginException e) {
        // A lifecycle rule of the bucket takes them away; docs/operate/mirror.md says so.
        System.getLogger(S3Copies.class.getName())
            .log(System.Logger.Level.DEBUG, "parts stay behind", e);
      }
    }
  }
}
