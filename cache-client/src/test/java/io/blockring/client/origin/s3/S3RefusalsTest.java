package io.blockring.client.origin.s3;

import static io.blockring.client.origin.s3.ScriptedBucket.error;
import static io.blockring.client.origin.s3.ScriptedBucket.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLimits;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every refusal means to a caller, and when it is asked again. */
class S3RefusalsTest extends ScriptedBucketTests {

  @Test
  void a_throttled_request_carries_retry_after_and_halves_the_limit() {
    bucket.then(error(503, "SlowDown", Map.of("Retry-After", "7")));

    OriginException e =
        assertFails(Kind.THROTTLED, () -> getRange(0, 5000), "503 SlowDown", "dir/key");
    assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(counters.concurrencyLimit()).isEqualTo(32);
  }

  @Test
  void retry_after_as_a_date_counts_from_the_responses_own_date() {
    bucket.then(
        error(
            429,
            "TooManyRequests",
            Map.of(
                "Date", "Wed, 21 Oct 2015 07:28:00 GMT",
                "Retry-After", "Wed, 21 Oct 2015 07:28:30 GMT")));

    OriginException e = assertFails(Kind.THROTTLED, () -> getRange(0, 5000), "429");
    assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void throttling_and_server_errors_before_the_first_byte_are_asked_again() throws Exception {
    origin.close();
    origin = open(OriginLimits.DEFAULT, IdentityMode.AUTO);
    bucket
        .then(error(503, "SlowDown", Map.of()))
        .then(error(500, "InternalError", Map.of()))
        .then(range(0, 5000));

    try (Origin.Body body = getRange(0, 5000)) {
      assertThat(readDirect(body)).isEqualTo(slice(0, 5000));
    }
    assertThat(counters.retries()).isEqualTo(2);
    assertThat(counters.failed(Kind.THROTTLED)).isEqualTo(1);
    assertThat(counters.failed(Kind.UNAVAILABLE)).isEqualTo(1);
    assertThat(counters.succeeded()).isEqualTo(1);
  }

  @Test
  void attempts_are_bounded() {
    origin.close();
    origin = open(OriginLimits.DEFAULT, IdentityMode.AUTO);
    bucket.then(error(500, "InternalError", Map.of()));

    assertFails(Kind.UNAVAILABLE, () -> getRange(0, 5000), "500 InternalError");
    assertThat(bucket.requests()).hasSize(OriginLimits.DEFAULT.maxAttempts());
  }

  @Test
  void a_retry_that_cannot_come_before_the_deadline_is_not_waited_for() {
    origin.close();
    origin = open(OriginLimits.DEFAULT, IdentityMode.AUTO);
    bucket.then(error(503, "SlowDown", Map.of("Retry-After", "60")));

    assertFails(Kind.THROTTLED, () -> getRange(0, 5000), "SlowDown");
    assertThat(bucket.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, DENIED",
    "403, SignatureDoesNotMatch, DENIED",
    "403, InvalidAccessKeyId, DENIED",
    "403, RequestTimeTooSkewed, DENIED",
    "400, ExpiredToken, DENIED",
    "400, InvalidToken, DENIED",
    "400, AuthorizationHeaderMalformed, DENIED",
    "400, RequestTimeout, UNAVAILABLE",
    "400, SomethingElse, BROKEN",
    "404, NoSuchBucket, NO_BUCKET",
    "404, NoSuchKey, CHANGED",
    "404, NoSuchVersion, CHANGED",
    "405, MethodNotAllowed, CHANGED",
    "412, PreconditionFailed, CHANGED",
    "416, InvalidRange, CHANGED",
    "502, BadGateway, UNAVAILABLE",
    "503, ServiceUnavailable, THROTTLED",
  })
  void a_refused_range_names_the_buckets_code(int status, String code, Kind kind) {
    bucket.then(error(status, code, Map.of()));

    assertFails(kind, () -> getRange(0, 5000), String.valueOf(status), code, "dir/key");
    assertThat(counters.failed(kind)).isEqualTo(1);
    assertThat(counters.inFlight()).isZero();
  }

  @Test
  void a_missing_key_is_not_found() {
    bucket.then(error(404, "NoSuchKey", Map.of()));

    assertFails(Kind.NOT_FOUND, () -> origin.getFirst("key", 4096, in(5000)), "NoSuchKey");
  }

  @Test
  void a_404_that_no_bucket_has_written_is_unavailable() {
    bucket.then(text(404, "<html>Not here</html>"));

    assertFails(
        Kind.UNAVAILABLE, () -> origin.getFirst("key", 4096, in(5000)), "without an S3 error code");
  }

  @Test
  void a_key_that_head_misses_is_not_found_when_the_bucket_exists() {
    bucket.then(error(404, "", Map.of())).then(text(200, "")).then(error(404, "", Map.of()));

    assertFails(Kind.NOT_FOUND, () -> origin.head("key", in(5000)), "HEAD s3://bucket/prod/key");
    assertFails(Kind.NOT_FOUND, () -> origin.head("key", in(5000)), "404");
    assertThat(bucket.requests()).as("the bucket is asked for once").hasSize(3);
  }

  @Test
  void a_key_that_head_misses_is_no_bucket_when_that_is_missing_too() {
    bucket.then(error(404, "", Map.of()));

    assertFails(Kind.NO_BUCKET, () -> origin.head("key", in(5000)), "no such bucket");
  }

  @Test
  void a_denied_head_says_that_it_carries_no_code() {
    bucket.then(error(403, "", Map.of()));

    assertFails(Kind.DENIED, () -> origin.head("key", in(5000)), "403 without an S3 error code");
  }

  @Test
  void a_redirect_names_the_region_to_set() {
    bucket.then(error(301, "PermanentRedirect", Map.of("x-amz-bucket-region", "eu-west-1")));

    assertFails(
        Kind.NO_BUCKET,
        () -> origin.getFirst("key", 4096, in(5000)),
        "301 PermanentRedirect",
        "region eu-west-1: set region");
  }
}
