package io.blockring.client.origin.s3;

import static io.blockring.client.origin.s3.ScriptedBucket.answer;
import static io.blockring.client.origin.s3.ScriptedBucket.answerAndDrop;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.compression.LinkFrames;
import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What readers get of bodies that are wrong, cut off or late. */
class S3BodiesTest extends ScriptedBucketTests {

  @Test
  void gives_the_bytes_of_a_range_and_the_metadata_of_the_object() throws Exception {
    bucket.then(range(1000, 5000));

    try (Origin.Body body = getRange(1000, 5000)) {
      assertThat(body.length()).isEqualTo(5000);
      assertThat(body.metadata().size()).isEqualTo(OBJECT.length);
      assertThat(body.metadata().identity()).isEqualTo(IDENTITY);
      assertThat(readDirect(body)).isEqualTo(Arrays.copyOfRange(OBJECT, 1000, 6000));
    }

    ScriptedBucket.Request request = bucket.requests().getFirst();
    assertThat(request.target()).isEqualTo("/bucket/prod/dir/key");
    assertThat(request.header("Range")).isEqualTo("bytes=1000-5999");
    assertThat(request.header("If-Match")).isEqualTo(ETAG);
    assertThat(counters.succeeded()).isEqualTo(1);
    assertThat(counters.bytes()).isEqualTo(5000);
    assertThat(counters.inFlight()).isZero();
  }

  @Test
  void a_body_read_to_its_end_gives_its_connection_to_the_next_request() throws Exception {
    bucket.then(range(0, 5000));

    for (int i = 0; i < 5; i++) {
      try (Origin.Body body = getRange(0, 5000)) {
        readDirect(body);
      }
    }

    assertThat(bucket.requests()).hasSize(5);
    assertThat(bucket.connectionCount()).isEqualTo(1);
  }

  @Test
  void a_body_closed_early_drops_its_connection_and_gives_its_turn_back() throws Exception {
    origin.close();
    origin = open(OriginLimits.DEFAULT.withMaxConcurrentRequests(1), IdentityMode.AUTO);
    bucket
        .then(bucket.hangAfter(answer(206, headers(0, 5000, 5000), slice(0, 10))))
        .then(range(0, 5000));

    getRange(0, 5000).close();
    try (Origin.Body body = getRange(0, 5000)) {
      assertThat(readDirect(body)).isEqualTo(slice(0, 5000));
    }

    assertThat(counters.abandoned()).isEqualTo(1);
    assertThat(bucket.connectionCount()).isEqualTo(2);
  }

  @Test
  void content_encoding_of_the_object_is_left_alone() throws Exception {
    Map<String, String> headers = headers(0, 5000, 5000);
    headers.put("Content-Encoding", "gzip");
    bucket.then(answer(206, headers, slice(0, 5000)));

    try (Origin.Body body = getRange(0, 5000)) {
      assertThat(readDirect(body)).isEqualTo(slice(0, 5000));
    }
  }

  @Test
  void a_range_ignored_by_the_server_is_broken() {
    bucket.then(
        answer(200, Map.of("ETag", ETAG, "Content-Length", String.valueOf(OBJECT.length)), OBJECT));

    assertFails(Kind.BROKEN, () -> getRange(0, 5000), "200", "ignores Range");
    assertFails(Kind.BROKEN, () -> origin.getFirst("key", 4096, in(5000)), "4096");
    assertThat(counters.inFlight()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes 0-4998/100000",
        "bytes 1-5000/100000",
        "bytes 0-4999/99999",
        "bytes 0-4999/*",
        "0-4999/100000",
        "bytes 0-99999999999999999999/100000",
        ""
      })
  void a_wrong_content_range_is_broken(String contentRange) {
    Map<String, String> headers = headers(0, 5000, 5000);
    headers.put("Content-Range", contentRange);
    bucket.then(answer(206, headers, slice(0, 5000)));

    assertFails(Kind.BROKEN, () -> getRange(0, 5000), "Content-Range");
  }

  @Test
  void a_wrong_content_length_is_broken() {
    bucket.then(answer(206, headers(0, 5000, 4999), slice(0, 4999)));

    assertFails(Kind.BROKEN, () -> getRange(0, 5000), "4999", "5000");
  }

  @Test
  void another_etag_on_a_206_is_changed_and_counted_as_an_ignored_precondition() {
    Map<String, String> headers = headers(0, 5000, 5000);
    headers.put("ETag", "\"other\"");
    bucket.then(answer(206, headers, slice(0, 5000)));

    assertFails(Kind.CHANGED, () -> getRange(0, 5000), ETAG, "\"other\"");
    assertThat(counters.ignoredPreconditions()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"W/\"0123abcd\"", ""})
  void a_weak_or_missing_etag_on_a_206_is_broken(String etag) {
    Map<String, String> headers = headers(0, 5000, 5000);
    headers.put("ETag", etag);
    bucket.then(answer(206, headers, slice(0, 5000)));

    assertFails(Kind.BROKEN, () -> getRange(0, 5000), "ETag");
  }

  @Test
  void a_body_cut_off_before_its_content_length_is_unavailable() throws Exception {
    bucket.then(answerAndDrop(206, headers(0, 5000, 5000), slice(0, 1234)));

    try (Origin.Body body = getRange(0, 5000)) {
      assertFails(Kind.UNAVAILABLE, () -> readDirect(body), "1234 of 5000");
    }
    assertThat(counters.failed(Kind.UNAVAILABLE)).isEqualTo(1);
    assertThat(counters.requests()).isEqualTo(1);
  }

  @Test
  void a_body_cut_off_without_content_length_is_unavailable() throws Exception {
    Map<String, String> headers = headers(0, 5000, 5000);
    headers.remove("Content-Length");
    headers.put("Connection", "close");
    bucket.then(answerAndDrop(206, headers, slice(0, 1234)));

    try (Origin.Body body = getRange(0, 5000)) {
      assertFails(Kind.UNAVAILABLE, () -> readDirect(body), "1234 of 5000");
    }
  }

  @Test
  void a_whole_body_without_content_length_is_taken_as_content_range_says() throws Exception {
    Map<String, String> headers = headers(0, 5000, 5000);
    headers.remove("Content-Length");
    headers.put("Connection", "close");
    bucket.then(answerAndDrop(206, headers, slice(0, 5000)));

    try (Origin.Body body = getRange(0, 5000)) {
      assertThat(readDirect(body)).isEqualTo(slice(0, 5000));
    }
  }

  @Test
  void more_bytes_than_the_range_without_content_length_are_broken() throws Exception {
    Map<String, String> headers = headers(0, 5000, 5000);
    headers.remove("Content-Length");
    headers.put("Connection", "close");
    bucket.then(answerAndDrop(206, headers, slice(0, 5001)));

    try (Origin.Body body = getRange(0, 5000)) {
      assertFails(Kind.BROKEN, () -> readDirect(body), "more than the 5000");
    }
  }

  @Test
  void a_server_that_says_nothing_is_unavailable_at_the_deadline() {
    bucket.then(bucket.hang());

    long start = System.nanoTime();
    assertFails(Kind.UNAVAILABLE, () -> origin.head("key", in(200)), "no answer within");
    assertFails(Kind.UNAVAILABLE, () -> origin.getFirst("key", 4096, in(200)), "no answer within");
    assertFails(Kind.UNAVAILABLE, () -> origin.list("", "", null, 10, in(200)), "no answer");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void a_server_that_says_nothing_is_asked_again_on_a_new_connection() throws Exception {
    origin.close();
    origin =
        open(
            OriginLimits.DEFAULT.withTimeouts(
                Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofSeconds(5)),
            IdentityMode.AUTO);
    bucket.then(bucket.hang()).then(range(0, 5000));

    try (Origin.Body body = getRange(0, 5000)) {
      assertThat(readDirect(body)).isEqualTo(slice(0, 5000));
    }
    assertThat(counters.retries()).isEqualTo(1);
    assertThat(counters.requests()).isEqualTo(2);
  }

  @Test
  void a_body_that_stalls_is_unavailable_at_the_deadline() throws Exception {
    bucket.then(bucket.hangAfter(answer(206, headers(0, 5000, 5000), slice(0, 100))));

    long start = System.nanoTime();
    try (Origin.Body body = origin.getRange("key", IDENTITY, OBJECT.length, 0, 5000, in(300))) {
      assertFails(Kind.UNAVAILABLE, () -> readDirect(body), "100 of 5000", "deadline");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(counters.inFlight()).isZero();
  }

  @Test
  void a_body_that_stalls_is_unavailable_at_the_stall_timeout() throws Exception {
    origin.close();
    origin =
        open(
            OriginLimits.DEFAULT.withTimeouts(
                Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofMillis(200)),
            IdentityMode.AUTO);
    bucket.then(bucket.hangAfter(answer(206, headers(0, 5000, 5000), slice(0, 100))));

    try (Origin.Body body = origin.getRange("key", IDENTITY, OBJECT.length, 0, 5000, in(60_000))) {
      assertFails(Kind.UNAVAILABLE, () -> readDirect(body), "100 of 5000");
    }
  }

  @Test
  void an_interrupted_caller_is_let_go_and_stays_interrupted() throws Exception {
    Thread caller = Thread.currentThread();
    ScriptedBucket.Reply hang = bucket.hang();
    bucket.then(
        (request, out) -> {
          caller.interrupt();
          return hang.write(request, out);
        });

    assertFails(Kind.UNAVAILABLE, () -> origin.head("key", in(60_000)), "interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void nobody_listening_is_unavailable() throws Exception {
    bucket.close();

    assertFails(Kind.UNAVAILABLE, () -> origin.head("key", in(5000)), "no answer: ");
  }

  @Test
  void frames_are_taken_only_from_whoever_was_asked_for_them_and_only_whole() throws Exception {
    byte[] text = "step 1 loss 2 ".repeat(400).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer frame = ByteBuffer.allocate(text.length);
    assertThat(LinkFrames.compress(ByteBuffer.wrap(text), frame)).isTrue();
    byte[] sent = Arrays.copyOf(frame.array(), frame.position());
    Map<String, String> headers = headers(0, text.length, sent.length);
    headers.put(LinkFrames.ENCODING, LinkFrames.LZ4);

    bucket.then(answer(206, headers, sent));
    try (Origin.Body body = getRange(0, text.length)) {
      assertThat(readDirect(body)).isEqualTo(text);
    }
    assertThat(bucket.requests().getFirst().header(LinkFrames.ACCEPT)).isEqualTo(LinkFrames.LZ4);
    assertThat(counters.receivedBytes()).isEqualTo(sent.length);

    sent[20] ^= 1;
    bucket.then(answer(206, headers, sent));
    assertFails(Kind.BROKEN, () -> readDirect(getRange(0, text.length)), "frame");

    Map<String, String> longer = headers(0, text.length + 1, frame.position());
    longer.put(LinkFrames.ENCODING, LinkFrames.LZ4);
    sent[20] ^= 1;
    bucket.then(answer(206, longer, sent));
    assertFails(Kind.UNAVAILABLE, () -> readDirect(getRange(0, text.length + 1)), "ended early");

    Map<String, String> shorter = headers(0, text.length - 1, frame.position());
    shorter.put(LinkFrames.ENCODING, LinkFrames.LZ4);
    bucket.then(answer(206, shorter, sent));
    assertFails(Kind.BROKEN, () -> readDirect(getRange(0, text.length - 1)), "follow");

    headers.put(LinkFrames.ENCODING, "zstd");
    bucket.then(answer(206, headers, sent));
    assertFails(Kind.BROKEN, () -> getRange(0, text.length), "zstd");
  }
}
