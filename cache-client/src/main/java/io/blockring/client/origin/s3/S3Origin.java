package io.blockring.client.origin.s3;

import io.blockring.client.compression.LinkFrames;
import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.Backoff;
import io.blockring.client.origin.EmptyBody;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ObjectChecksum;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLimiter;
import io.blockring.client.origin.OriginLocation;
import io.blockring.client.origin.OriginSettings;
import io.blockring.client.origin.RetryBudget;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A bucket, or the part of it below a prefix. Asking is in {@link S3Calls}, what an answer must say
 * in {@link RangeCheck} and {@link S3Listing}, what a refusal means in {@link S3Errors}.
 */
public final class S3Origin implements Origin {
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final String bucket;
  private final String prefix;
  private final S3Connection connection;
  private final S3Client s3;
  private final RetryBudget retries = new RetryBudget(System::nanoTime);
  private final S3Calls calls;
  private final S3Identities identities;
  private final OriginCounters counters;
  private final boolean acceptsCompressed;
  private final ScheduledThreadPoolExecutor alarms;
  // Something was found there once: a 404 without a code is then about the key.
  private volatile boolean isBucketKnown;

  private S3Origin(
      OriginLocation.Bucket location,
      OriginSettings settings,
      S3Connection connection,
      OriginCounters counters) {
    this.bucket = location.bucket();
    this.prefix = location.prefix();
    this.connection = connection;
    this.s3 = connection.s3();
    this.identities = new S3Identities(settings.identityMode());
    this.counters = counters;
    this.acceptsCompressed = settings.acceptsCompressed();
    OriginLimiter limiter =
        new OriginLimiter(
            location.toString(),
            settings.limits().maxConcurrentRequests(),
            settings.limits().maxWaiting(),
            counters);
    this.calls = new S3Calls(limiter, settings.limits(), counters, Backoff.DEFAULT, retries);
    this.alarms =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("origin-alarms-" + bucket).factory());
    alarms.setRemoveOnCancelPolicy(true);
  }

  /** Opens a bucket. No request is made. */
  public static S3Origin open(
      OriginLocation.Bucket location, OriginSettings settings, OriginCounters counters) {
    return open(location, settings, counters, System::getenv);
  }

  static S3Origin open(
      OriginLocation.Bucket location,
      OriginSettings settings,
      OriginCounters counters,
      UnaryOperator<@Nullable String> environment) {
    return new S3Origin(location, settings, S3Connection.open(settings, environment), counters);
  }

  @Override
  public ObjectMetadata head(String key, long deadlineNanos) throws OriginException {
    String what = "HEAD " + address(key);
    try {
      HeadObjectResponse head =
          ask(what, deadlineNanos, () -> s3.headObject(h -> h.bucket(bucket).key(prefix + key)));
      Long size = head.contentLength();
      if (size == null) {
        throw new OriginException(Kind.BROKEN, what + ": the answer has no Content-Length");
      }
      isBucketKnown = true;
      return identities.metadata(
          head.versionId(),
          S3Identities.quoted(head.eTag()),
          size,
          head.lastModified(),
          head.contentType());
    } catch (OriginException e) {
      if (e.kind() == Kind.NOT_FOUND && !isBucketKnown) {
        requireBucket(deadlineNanos);
      }
      throw e;
    }
  }

  /** HEAD answers carry no code, so a missing bucket looks like a missing key: asks once more. */
  private void requireBucket(long deadlineNanos) throws OriginException {
    String what = "HEAD s3://" + bucket;
    try {
      ask(what, deadlineNanos, () -> s3.headBucket(h -> h.bucket(bucket)));
    } catch (OriginException e) {
      if (e.kind() == Kind.NOT_FOUND || e.kind() == Kind.NO_BUCKET) {
        throw new OriginException(
            Kind.NO_BUCKET, what + ": there is no such bucket", Duration.ZERO, e);
      }
      if (e.kind() != Kind.DENIED) {
        throw e; // not known; a bucket that may not be asked about does exist
      }
    }
    isBucketKnown = true;
  }

  @Override
  public Body getFirst(String key, int maxBytes, long deadlineNanos) throws OriginException {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes + " is less than 1");
    }
    String what = "GET " + address(key) + " bytes 0+" + maxBytes;
    GetObjectRequest request = acceptingFrames(request(key, 0, maxBytes)).build();
    for (int attempt = 1; ; attempt++) {
      var exchange = get(what, request, false, deadlineNanos);
      if (exchange.answer().stream() != null) {
        return body(
            what, exchange, deadlineNanos, response -> check(what).first(response, maxBytes));
      }
      exchange.succeeded();
      // Nothing to read in a range from 0: the object is empty. The answer has no identity.
      ObjectMetadata metadata = head(key, deadlineNanos);
      if (metadata.size() == 0) {
        return new EmptyBody(metadata);
      }
      if (attempt == 2) { // once may be an overwrite between the two requests
        throw new OriginException(
            Kind.BROKEN, what + ": answered 416, but HEAD says " + metadata.size() + " bytes");
      }
    }
  }

  @Override
  public Body getRange(
      String key, Identity identity, long size, long offset, int length, long deadlineNanos)
      throws OriginException {
    if (offset < 0 || length < 1 || offset > size - length) {
      throw new IllegalArgumentException(
          "bytes " + offset + "+" + length + " are not in " + key + " of " + size + " bytes");
    }
    String what = "GET " + address(key) + " bytes " + offset + "+" + length;
    GetObjectRequest.Builder request = acceptingFrames(request(key, offset, length));
    switch (identity.kind()) {
      case VERSION_ID -> request.versionId(identity.value());
      case ETAG -> request.ifMatch(identity.value());
      case FILE -> throw new IllegalArgumentException(identity + " is not of a bucket");
    }
    var exchange = get(what, request.build(), true, deadlineNanos);
    return body(
        what,
        exchange,
        deadlineNanos,
        response -> check(what).pinned(response, identity, size, offset, length));
  }

  @Override
  public ListPage list(
      String listPrefix,
      String delimiter,
      @Nullable String startAfter,
      int maxKeys,
      long deadlineNanos)
      throws OriginException {
    if (maxKeys < 1) {
      throw new IllegalArgumentException("maxKeys: " + maxKeys + " is less than 1");
    }
    ListPage page =
        new S3Listing(bucket, prefix, listPrefix, delimiter, startAfter, maxKeys)
            .page((what, request) -> ask(what, deadlineNanos, () -> s3.listObjectsV2(request)));
    isBucketKnown = true;
    return page;
  }

  @Override
  public String md5(String key, long deadlineNanos) throws OriginException {
    HeadObjectResponse head =
        ask(
            "HEAD " + address(key),
            deadlineNanos,
            () -> s3.headObject(h -> h.bucket(bucket).key(prefix + key)));
    return S3Identities.md5(head);
  }

  @Override
  public @Nullable ObjectChecksum checksum(String key, Identity identity, long deadlineNanos)
      throws OriginException {
    String versionId = identity.kind() == Identity.Kind.VERSION_ID ? identity.value() : null;
    HeadObjectResponse head =
        ask(
            "HEAD " + address(key),
            deadlineNanos,
            () ->
                s3.headObject(
                    h ->
                        h.bucket(bucket)
                            .key(prefix + key)
                            .versionId(versionId)
                            .checksumMode(ChecksumMode.ENABLED)));
    return identity.equals(identities.of(head.versionId(), S3Identities.quoted(head.eTag())))
        ? S3Checksums.ofWhole(head)
        : null;
  }

  S3Client client() {
    return s3;
  }

  String bucket() {
    return bucket;
  }

  /** As the bucket calls it. */
  String fullKey(String key) {
    return prefix + key;
  }

  @Override
  public RetryBudget retries() {
    return retries;
  }

  @Override
  public void close() {
    alarms.shutdownNow();
    connection.close();
  }

  /** A whole answer without a body. */
  <A> A ask(String what, long deadlineNanos, Callable<A> send) throws OriginException {
    Exchange<A> exchange =
        calls.ask(new S3Calls.Question<>(what, send, _ -> {}, false), deadlineNanos);
    exchange.succeeded();
    return exchange.answer();
  }

  /** The stream of a GET; null when there is nothing in the range. */
  record Got(@Nullable ResponseInputStream<GetObjectResponse> stream) {
    void discard() {
      if (stream != null) {
        stream.abort();
      }
    }
  }

  interface HeadersCheck {
    RangeCheck.Expected check(GetObjectResponse response) throws OriginException;
  }

  Exchange<Got> get(String what, GetObjectRequest request, boolean isPinned, long deadlineNanos)
      throws OriginException {
    Callable<Got> send =
        () -> {
          try {
            // Zero: our own alarm watches the stream.
            return new Got(s3.getObject(request, ResponseTransformer.toInputStream(Duration.ZERO)));
          } catch (S3Exception e) {
            if (e.statusCode() == RANGE_NOT_SATISFIABLE && !isPinned) {
              return new Got(null);
            }
            throw e;
          }
        };
    return calls.ask(new S3Calls.Question<>(what, send, Got::discard, isPinned), deadlineNanos);
  }

  Body body(String what, Exchange<Got> exchange, long deadlineNanos, HeadersCheck headers)
      throws OriginException {
    var stream = Objects.requireNonNull(exchange.answer().stream());
    try {
      RangeCheck.Expected expected = headers.check(stream.response());
      isBucketKnown = true;
      if (expected.length() == 0) {
        closeEmpty(stream);
        exchange.succeeded();
        return new EmptyBody(expected.metadata());
      }
      return new S3Body(what, exchange, stream, expected, counters, alarms, deadlineNanos);
    } catch (OriginException e) {
      stream.abort();
      exchange.failed(e.kind());
      throw e;
    } catch (RejectedExecutionException e) {
      stream.abort();
      exchange.failed(Kind.UNAVAILABLE);
      throw new OriginException(
          Kind.UNAVAILABLE, what + ": the origin was closed", Duration.ZERO, e);
    }
  }

  /** Gives the connection back if that is possible. */
  private static void closeEmpty(ResponseInputStream<?> stream) {
    try {
      stream.close();
    } catch (IOException e) {
      stream.abort();
    }
  }

  RangeCheck check(String what) {
    return new RangeCheck(what, identities, counters, acceptsCompressed);
  }

  GetObjectRequest.Builder request(String key, long offset, int length) {
    return GetObjectRequest.builder()
        .bucket(bucket)
        .key(prefix + key)
        .range("bytes=" + offset + "-" + (offset + length - 1));
  }

  private GetObjectRequest.Builder acceptingFrames(GetObjectRequest.Builder request) {
    return acceptsCompressed
        ? request.overrideConfiguration(o -> o.putHeader(LinkFrames.ACCEPT, LinkFrames.LZ4))
        : request;
  }

  String address(String key) {
    return "s3://" + bucket + "/" + prefix + key;
  }
}
