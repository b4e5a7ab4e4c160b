package io.blockring.node.http.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.node.security.ApiKey;
import io.blockring.node.security.ApiKeys;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Against Amazon's published example and the SDK's own signer. */
class SigV4Test {
  private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
  private static final ApiKey ALICE = ApiKey.ofS3("ALICE", "alice's secret/+=");

  private static final ApiKeys KEYS = ApiKeys.of(ALICE);

  private final SigV4 signatures = new SigV4(InstantSource.fixed(NOW));

  /** What the SDK would send for this address, signed at this instant. */
  private static SdkHttpRequest signed(
      ApiKey credential,
      String uri,
      Instant at,
      Consumer<SignRequest.Builder<AwsCredentialsIdentity>> more) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .uri(URI.create(uri))
            .method(SdkHttpMethod.GET)
            .putHeader("Range", "bytes=0-9")
            .putHeader("x-amz-checksum-mode", "ENABLED")
            .build();
    return AwsV4HttpSigner.create()
        .sign(
            sign -> {
              sign.identity(
                      AwsCredentialsIdentity.create(
                          credential.accessKeyId(), credential.secretAccessKey().reveal()))
                  .request(request)
                  .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                  .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-central-1")
                  .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                  .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                  .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC));
              more.accept(sign);
            })
        .request();
  }

  private static SdkHttpRequest signed(ApiKey credential, Instant at) {
    return signed(
        credential,
        "http://node:7070/m/a%20b/%2B%E2%82%AC?list-type=2&prefix=x%2Fy%20z",
        at,
        _ -> {});
  }

  private static SdkHttpRequest presigned(Instant at, Duration validity) {
    return signed(
        ALICE,
        "http://node:7070/m/k",
        at,
        sign ->
            sign.putProperty(
                    AwsV4HttpSigner.AUTH_LOCATION, AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, validity));
  }

  private static S3Request received(SdkHttpRequest request) throws S3Exception {
    Headers headers = new Headers();
    request.headers().forEach((name, values) -> values.forEach(v -> headers.add(name, v)));
    if (!headers.has("Host")) {
      headers.add("Host", request.host() + ":" + request.port());
    }
    String query = request.encodedQueryParameters().map(q -> "?" + q).orElse("");
    return S3Request.parse("GET", request.encodedPath() + query, headers, "");
  }

  private void assertRefused(SdkHttpRequest request, S3Code code) throws S3Exception {
    assertRefused(received(request), code);
  }

  private void assertRefused(S3Request request, S3Code code) {
    assertThatThrownBy(() -> signatures.check(request, KEYS))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void agrees_with_the_example_that_amazon_publishes() throws S3Exception {
    SigV4 example = new SigV4(InstantSource.fixed(Instant.parse("2013-05-24T00:00:00Z")));
    ApiKey key = ApiKey.ofS3("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    Headers headers =
        new Headers()
            .add("Host", "examplebucket.s3.amazonaws.com")
            .add("Range", "bytes=0-9")
            .add(
                "x-amz-content-sha256",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
            .add("x-amz-date", "20130524T000000Z")
            .add(
                "Authorization",
                "AWS4-HMAC-SHA256"
                    + " Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                    + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                    + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    S3Request request = S3Request.parse("GET", "/test.txt", headers, "s3.amazonaws.com");
    assertThat(example.check(request, ApiKeys.of(key))).isEqualTo(key);
  }

  @Test
  void takes_what_the_sdk_signs_in_a_header_or_a_query() throws S3Exception {
    assertThat(signatures.check(received(signed(ALICE, NOW)), KEYS)).isEqualTo(ALICE);
    assertThat(signatures.check(received(presigned(NOW, Duration.ofMinutes(5))), KEYS))
        .isEqualTo(ALICE);
    SdkHttpRequest unsignedPayload =
        signed(
            ALICE,
            "http://node:7070/m/k",
            NOW,
            sign -> sign.putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, false));
    assertThat(signatures.check(received(unsignedPayload), KEYS)).isEqualTo(ALICE);
  }

  @Test
  void a_header_is_good_for_fifteen_minutes_either_way() throws S3Exception {
    Duration skew = SigV4.MAX_SKEW;
    signatures.check(received(signed(ALICE, NOW.minus(skew))), KEYS);
    signatures.check(received(signed(ALICE, NOW.plus(skew))), KEYS);
    assertRefused(signed(ALICE, NOW.minus(skew).minusSeconds(1)), S3Code.REQUEST_TIME_TOO_SKEWED);
    assertRefused(signed(ALICE, NOW.plus(skew).plusSeconds(1)), S3Code.REQUEST_TIME_TOO_SKEWED);
  }

  @Test
  void a_presigned_url_is_good_until_it_expires() throws S3Exception {
    Duration hour = Duration.ofHours(1);
    signatures.check(received(presigned(NOW.minus(hour).plusSeconds(1), hour)), KEYS);
    assertRefused(presigned(NOW.minus(hour), hour), S3Code.ACCESS_DENIED);
    assertRefused(presigned(NOW.plus(Duration.ofMinutes(16)), hour), S3Code.ACCESS_DENIED);
  }

  @Test
  void refuses_strangers_and_wrong_secrets() throws S3Exception {
    assertRefused(
        signed(ApiKey.ofS3("MALLORY", ALICE.secretAccessKey().reveal()), NOW),
        S3Code.INVALID_ACCESS_KEY_ID);
    assertRefused(
        signed(ApiKey.ofS3("ALICE", "another secret"), NOW), S3Code.SIGNATURE_DOES_NOT_MATCH);
    assertRefused(S3Request.parse("GET", "/m/k", new Headers(), ""), S3Code.ACCESS_DENIED);
  }

  @Test
  void refuses_other_mechanisms_and_two_at_once() throws S3Exception {
    Headers version2 = new Headers().add("Authorization", "AWS ALICE:c2ln");
    assertRefused(S3Request.parse("GET", "/m/k", version2, ""), S3Code.INVALID_REQUEST);
    assertRefused(
        S3Request.parse("GET", "/m/k?AWSAccessKeyId=ALICE&Signature=x", new Headers(), ""),
        S3Code.INVALID_REQUEST);
    S3Request presigned = received(presigned(NOW, Duration.ofMinutes(5)));
    presigned.headers().add("Authorization", "AWS4-HMAC-SHA256 x");
    assertRefused(presigned, S3Code.INVALID_ARGUMENT);
  }

  @Test
  void refuses_a_header_that_was_added_on_the_way() throws S3Exception {
    S3Request request = received(signed(ALICE, NOW));
    request.headers().add("x-amz-security-token", "t");
    assertRefused(request, S3Code.ACCESS_DENIED);
  }

  @Test
  void malformed_claims_are_named_and_never_crash() throws S3Exception {
    for (String value :
        List.of(
            "AWS4-HMAC-SHA256 ",
            "AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature=",
            "AWS4-HMAC-SHA256 Credential=ALICE/20261120/x/ec2/aws4_request,SignedHeaders=host",
            "AWS4-HMAC-SHA256 Credential=ALICE/20261121/x/s3/aws4_request,SignedHeaders=host",
            "AWS4-HMAC-SHA256 Credential=ALICE/20261120/x/s3/aws4_request,SignedHeaders=range,"
                + "Signature="
                + "0".repeat(64))) {
      Headers headers =
          new Headers()
              .add("Authorization", value)
              .add("x-amz-date", "20261120T080000Z")
              .add("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
      assertRefused(
          S3Request.parse("GET", "/m/k", headers, ""), S3Code.AUTHORIZATION_HEADER_MALFORMED);
    }
    for (Map.Entry<String, String> bad :
        Map.of("X-Amz-Expires", "0", "X-Amz-Date", "today", "X-Amz-Credential", "x").entrySet()) {
      String query =
          presigned(NOW, Duration.ofMinutes(5))
              .encodedQueryParameters()
              .orElseThrow()
              .replaceAll(bad.getKey() + "=[^&]*", bad.getKey() + "=" + bad.getValue());
      assertRefused(
          S3Request.parse("GET", "/m/k?" + query, new Headers().add("Host", "node:7070"), ""),
          S3Code.AUTHORIZATION_QUERY_PARAMETERS_ERROR);
    }
  }

  /** Every part of a request that means something is covered: no mutation of one is accepted. */
  @Test
  void no_single_changed_character_is_accepted() throws S3Exception {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    S3Request good = received(signed(ALICE, NOW));
    signatures.check(good, KEYS);
    for (int round = 0; round < 2_000; round++) {
      S3Request mutated = mutated(good, random);
      assertThatThrownBy(() -> signatures.check(mutated, KEYS))
          .as("seed %d: %s", seed, mutated)
          .isInstanceOf(S3Exception.class);
    }
  }

  /** One character of the path, of every parameter or of one header made another. */
  private static S3Request mutated(S3Request good, SplittableRandom random) {
    Headers headers = new Headers();
    List<String> names = List.copyOf(good.headers().names());
    int victim = random.nextInt(names.size() + 2) - 2;
    for (int i = 0; i < names.size(); i++) {
      String value = String.valueOf(good.headers().value(names.get(i)));
      headers.add(names.get(i), i == victim ? changed(value, random) : value);
    }
    String path = victim == -2 ? changed(good.path(), random) : good.path();
    Parameters parameters =
        victim == -1
            ? new Parameters(
                good.parameters().all().stream()
                    .map(p -> new Parameters.Parameter(p.name(), changed(p.value(), random)))
                    .toList())
            : good.parameters();
    return new S3Request("GET", path, parameters, headers, good.bucket(), good.key());
  }

  private static String changed(String value, SplittableRandom random) {
    int at = random.nextInt(value.length());
    char other = (char) (value.charAt(at) ^ (1 << random.nextInt(6)));
    return value.substring(0, at) + other + value.substring(at + 1);
  }

  @Test
  void a_credential_never_shows_its_secret() {
    assertThat(ALICE.toString()).contains("ALICE").doesNotContain("alice's secret");
  }
}
