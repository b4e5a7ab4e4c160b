package io.blockring.client.origin.s3;

import static io.blockring.client.origin.s3.ScriptedBucket.answer;
import static io.blockring.client.origin.s3.ScriptedBucket.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLimits;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** First bytes, identities and keys. */
class S3MetadataTest extends ScriptedBucketTests {

  @Test
  void the_first_bytes_fix_identity_and_size_in_one_request() throws Exception {
    Map<String, String> headers = headers(0, 4096, 4096);
    headers.put("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT");
    headers.put("Content-Type", "text/plain");
    bucket.then(answer(206, headers, slice(0, 4096)));

    try (Origin.Body body = origin.getFirst("key", 4096, in(5000))) {
      assertThat(readDirect(body)).isEqualTo(slice(0, 4096));
      assertThat(body.metadata().identity()).isEqualTo(IDENTITY);
      assertThat(body.metadata().size()).isEqualTo(OBJECT.length);
      assertThat(body.metadata().lastModifiedEpochMillis()).isEqualTo(1445412480000L);
      assertThat(body.metadata().contentType()).isEqualTo("text/plain");
    }
    ScriptedBucket.Request request = bucket.requests().getFirst();
    assertThat(bucket.requests()).hasSize(1);
    assertThat(request.header("Range")).isEqualTo("bytes=0-4095");
    assertThat(request.header("If-Match")).isEmpty();
  }

  @Test
  void a_small_object_sent_whole_is_taken() throws Exception {
    bucket.then(answer(200, Map.of("ETag", ETAG, "Content-Length", "50"), slice(0, 50)));

    try (Origin.Body body = origin.getFirst("key", 4096, in(5000))) {
      assertThat(body.metadata().size()).isEqualTo(50);
      assertThat(readDirect(body)).isEqualTo(slice(0, 50));
    }
  }

  @Test
  void a_range_shorter_than_asked_and_than_the_object_is_broken() {
    bucket.then(answer(206, headers(0, 4000, 4000), slice(0, 4000)));

    assertFails(Kind.BROKEN, () -> origin.getFirst("key", 4096, in(5000)), "Content-Range");
  }

  @Test
  void an_empty_object_sent_with_length_0_takes_one_request() throws Exception {
    bucket.then(answer(200, Map.of("ETag", ETAG, "Content-Length", "0"), new byte[0]));

    try (Origin.Body body = origin.getFirst("key", 4096, in(5000))) {
      assertThat(body.length()).isZero();
      assertThat(body.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(body.metadata().identity()).isEqualTo(IDENTITY);
    }
    assertThat(bucket.requests()).hasSize(1);
    assertThat(counters.inFlight()).isZero();
  }

  @Test
  void an_empty_object_answered_with_416_takes_one_head_more() throws Exception {
    bucket
        .then(error(416, "InvalidRange", Map.of("Content-Range", "bytes */0")))
        .then(answer(200, Map.of("ETag", ETAG, "Content-Length", "0"), new byte[0]));

    try (Origin.Body body = origin.getFirst("key", 4096, in(5000))) {
      assertThat(body.metadata().size()).isZero();
      assertThat(body.metadata().identity()).isEqualTo(IDENTITY);
    }
    assertThat(bucket.requests()).extracting(r -> r.method()).containsExactly("GET", "HEAD");
  }

  @Test
  void an_object_filled_after_a_416_is_read_again() throws Exception {
    bucket
        .then(error(416, "InvalidRange", Map.of()))
        .then(answer(200, Map.of("ETag", ETAG, "Content-Length", "100000"), new byte[0]))
        .then(answer(206, headers(0, 4096, 4096), slice(0, 4096)));

    try (Origin.Body body = origin.getFirst("key", 4096, in(5000))) {
      assertThat(readDirect(body)).isEqualTo(slice(0, 4096));
    }
  }

  @Test
  void a_416_for_an_object_with_bytes_is_broken() {
    bucket.then(
        (request, out) ->
            request.method().equals("HEAD")
                ? answer(200, Map.of("ETag", ETAG, "Content-Length", "9"), new byte[0])
                    .write(request, out)
                : error(416, "InvalidRange", Map.of()).write(request, out));

    assertFails(Kind.BROKEN, () -> origin.getFirst("key", 4096, in(5000)), "416", "9 bytes");
  }

  static Stream<Identified> identities() {
    Identity etag = IDENTITY;
    Identity version = new Identity(Identity.Kind.VERSION_ID, "v1");
    return Stream.of(
        new Identified(IdentityMode.AUTO, ETAG, "v1", version),
        new Identified(IdentityMode.AUTO, ETAG, "null", etag),
        new Identified(IdentityMode.AUTO, ETAG, "", etag),
        new Identified(IdentityMode.AUTO, "0123abcd", "", etag),
        new Identified(IdentityMode.AUTO, "W/" + ETAG, "", null),
        new Identified(IdentityMode.AUTO, "", "", null),
        new Identified(IdentityMode.ETAG, ETAG, "v1", etag),
        new Identified(IdentityMode.VERSION_ID, ETAG, "v1", version),
        new Identified(IdentityMode.VERSION_ID, ETAG, "", null),
        new Identified(IdentityMode.NONE, ETAG, "v1", null));
  }

  record Identified(
      IdentityMode mode, String etag, String versionId, @Nullable Identity expected) {}

  @ParameterizedTest
  @MethodSource("identities")
  void identity_is_taken_as_the_mode_says(Identified given) throws Exception {
    origin.close();
    origin = open(OriginLimits.DEFAULT, given.mode());
    Map<String, String> headers = new HashMap<>(Map.of("Content-Length", "9"));
    headers.put("ETag", given.etag());
    headers.put("x-amz-version-id", given.versionId());
    bucket.then(answer(200, headers, new byte[0]));

    assertThat(origin.head("key", in(5000)).identity()).isEqualTo(given.expected());
  }

  @Test
  void a_version_id_is_asked_for_and_checked() throws Exception {
    Identity version = new Identity(Identity.Kind.VERSION_ID, "v1");
    Map<String, String> headers = headers(0, 5000, 5000);
    headers.put("x-amz-version-id", "v1");
    Map<String, String> others = new HashMap<>(headers);
    others.put("x-amz-version-id", "v2");
    bucket.then(answer(206, headers, slice(0, 5000))).then(answer(206, others, slice(0, 5000)));

    try (Origin.Body body = origin.getRange("key", version, OBJECT.length, 0, 5000, in(5000))) {
      assertThat(readDirect(body)).isEqualTo(slice(0, 5000));
    }
    assertFails(
        Kind.CHANGED,
        () -> origin.getRange("key", version, OBJECT.length, 0, 5000, in(5000)),
        "v1",
        "v2");
    assertThat(bucket.requests().getFirst().target()).contains("versionId=v1");
    assertThat(bucket.requests().getFirst().header("If-Match")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a//b | /bucket/prod/a/%2Fb",
        "/lead | /bucket/prod/%2Flead",
        "a/../b | /bucket/prod/a/../b",
        "./a | /bucket/prod/./a",
        "a b+c%d | /bucket/prod/a%20b%2Bc%25d",
        "a?b#c&d | /bucket/prod/a%3Fb%23c%26d",
        "é/😀 | /bucket/prod/%C3%A9/%F0%9F%98%80",
        "dir/ | /bucket/prod/dir/",
      })
  void keys_reach_the_bucket_with_every_character(String key, String target) throws Exception {
    bucket.then(answer(200, Map.of("ETag", ETAG, "Content-Length", "9"), new byte[0]));

    origin.head(key, in(5000));

    assertThat(bucket.requests().getFirst().target()).isEqualTo(target);
  }

  @Test
  void a_range_outside_the_object_is_the_callers_mistake() {
    assertThatThrownBy(() -> getRange(OBJECT.length - 10, 11))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("100000");
    assertThat(bucket.requests()).isEmpty();
  }

  @Test
  void a_closed_origin_is_unavailable() {
    bucket.then(range(0, 5000));
    origin.close();

    assertFails(Kind.UNAVAILABLE, () -> getRange(0, 5000), "dir/key");
  }
}
