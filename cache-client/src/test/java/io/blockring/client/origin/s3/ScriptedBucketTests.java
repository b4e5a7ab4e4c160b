package io.blockring.client.origin.s3;

import static io.blockring.client.origin.s3.ScriptedBucket.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginCredentials;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.OriginLocation;
import io.blockring.client.origin.OriginSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An origin on a scripted bucket, and the words of the tests on it. */
abstract class ScriptedBucketTests {

  static final String ETAG = "\"0123abcd\"";
  static final Identity IDENTITY = new Identity(Identity.Kind.ETAG, ETAG);
  static final byte[] OBJECT = new byte[100_000];

  static {
    new Random(7).nextBytes(OBJECT);
  }

  ScriptedBucket bucket;
  OriginCounters counters = new OriginCounters();
  Origin origin;

  @BeforeEach
  void open() throws IOException {
    bucket = new ScriptedBucket();
    origin = open(OriginLimits.DEFAULT.withMaxAttempts(1), IdentityMode.AUTO);
  }

  @AfterEach
  void close() throws IOException {
    origin.close();
    bucket.close();
  }

  Origin open(OriginLimits limits, IdentityMode mode) {
    counters = new OriginCounters();
    OriginSettings settings =
        OriginSettings.at("s3://bucket/prod")
            .withEndpoint(bucket.endpoint())
            .withPathStyle(true)
            .withIdentityMode(mode)
            .withCredentials(new OriginCredentials.Anonymous(), "")
            .withLimits(limits);
    return S3Origin.open((OriginLocation.Bucket) settings.location(), settings, counters);
  }

  Origin.Body getRange(int offset, int length) throws OriginException {
    return origin.getRange("dir/key", IDENTITY, OBJECT.length, offset, length, in(10_000));
  }

  static ScriptedBucket.Reply range(int offset, int length) {
    return answer(206, headers(offset, length, length), slice(offset, length));
  }

  static Map<String, String> headers(int offset, int length, int contentLength) {
    return new HashMap<>(
        Map.of(
            "ETag",
            ETAG,
            "Content-Length",
            String.valueOf(contentLength),
            "Content-Range",
            "bytes " + offset + "-" + (offset + length - 1) + "/" + OBJECT.length));
  }

  static byte[] slice(int offset, int length) {
    return Arrays.copyOfRange(OBJECT, offset, offset + length);
  }

  static long in(long millis) {
    return System.nanoTime() + millis * 1_000_000;
  }

  static byte[] readDirect(Origin.Body body) throws OriginException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocateDirect(1000);
    while (body.read(buffer.clear()) >= 0) {
      byte[] some = new byte[buffer.flip().remaining()];
      buffer.get(some);
      all.writeBytes(some);
    }
    return all.toByteArray();
  }

  static OriginException assertFails(Kind kind, ThrowingCallable call, String... messageParts) {
    OriginException e = catchThrowableOfType(OriginException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
    assertThat(e.getMessage()).contains(List.of(messageParts));
    return e;
  }
}
