package io.blockring.node.http.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.credentials.TlsIdentity;
import io.blockring.node.config.Secret;
import io.blockring.node.host.Nic;
import io.blockring.node.security.ApiKey;
import io.blockring.node.security.ApiKeys;
import io.blockring.node.security.Role;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The AWS SDK for Java, with signatures checked. */
class S3SdkTest {
  private static final ApiKey ALICE = ApiKey.ofS3("ALICE", "alice's secret/+=");
  private static final ApiKey LIMITED =
      new ApiKey(
          "limited",
          Role.READER,
          "LIMITED",
          Secret.parse("limited's secret"),
          Secret.parse(""),
          List.of("/models/sd"));

  private final FakeNamespace namespace = new FakeNamespace();
  private S3Endpoint endpoint;
  private URI address;
  private S3Client s3;

  /** Others run the same tests over TLS. */
  @Nullable TlsIdentity tls() {
    return null;
  }

  /** What the SDK's connections are made of. */
  SdkHttpClient http() {
    return Apache5HttpClient.builder().build();
  }

  /** As a browser would. */
  HttpURLConnection open(URL url) throws IOException {
    return (HttpURLConnection) url.openConnection();
  }

  @BeforeEach
  void start() throws IOException {
    namespace.addMount("models");
    endpoint =
        new S3Endpoint(
            new S3Settings(
                () -> ApiKeys.of(ALICE, LIMITED),
                false,
                "",
                "eu-central-1",
                S3Settings.Limits.defaults()),
            tls(),
            namespace,
            Nic.UNLIMITED);
    String scheme = tls() == null ? "http" : "https";
    address = URI.create(scheme + "://127.0.0.1:" + endpoint.listen("127.0.0.1", 0));
    s3 = client(ALICE.secretAccessKey().reveal());
  }

  private S3Client client(String secret) {
    return client(ALICE.accessKeyId(), secret);
  }

  private S3Client client(String accessKeyId, String secret) {
    return S3Client.builder()
        .endpointOverride(address)
        .region(Region.EU_CENTRAL_1)
        .forcePathStyle(true)
        .httpClient(http())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)))
        .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
        .build();
  }

  @AfterEach
  void stop() {
    s3.close();
    endpoint.close();
  }

  @Test
  void reads_objects_and_ranges_of_awkward_keys() {
    for (String key :
        new String[] {"sd/unet.safetensors", "€ ü+&=?#%~*'()", "a//b/./../c", "dir/"}) {
      Cells cells = namespace.put("models", key, 700_001);
      ResponseBytes<GetObjectResponse> whole =
          s3.getObjectAsBytes(
              get -> get.bucket("models").key(key).checksumMode(ChecksumMode.ENABLED));
      assertThat(whole.asByteArray()).as(key).isEqualTo(cells.bytes(0, 700_001));
      assertThat(whole.response().eTag()).isEqualTo("\"v1\"");
      ResponseBytes<GetObjectResponse> part =
          s3.getObjectAsBytes(
              get -> get.bucket("models").key(key).range("bytes=-77").ifMatch("\"v1\""));
      assertThat(part.asByteArray()).isEqualTo(cells.bytes(700_001 - 77, 77));
      assertThat(part.response().contentRange()).isEqualTo("bytes 699924-700000/700001");
    }
  }

  @Test
  void heads_and_names_what_is_there() {
    namespace.put("models", "k", 12, "v1", "text/plain");
    HeadObjectResponse head = s3.headObject(h -> h.bucket("models").key("k"));
    assertThat(head.contentLength()).isEqualTo(12);
    assertThat(head.contentType()).isEqualTo("text/plain");
    assertThat(head.lastModified().getEpochSecond()).isEqualTo(FakeNamespace.LAST_MODIFIED / 1000);
    assertThat(s3.listBuckets().buckets()).extracting(Bucket::name).containsExactly("models");
    assertThat(s3.headBucket(h -> h.bucket("models")).bucketRegion()).isEqualTo("eu-central-1");
    assertThat(s3.getBucketLocation(l -> l.bucket("models")).locationConstraintAsString())
        .isEqualTo("eu-central-1");
  }

  @Test
  void lists_with_its_paginator() {
    for (int i = 0; i < 25; i++) {
      namespace.put("models", String.format("set/%02d +€", i), i);
    }
    assertThat(
            s3
                .listObjectsV2Paginator(l -> l.bucket("models").prefix("set/").maxKeys(10))
                .contents()
                .stream()
                .map(S3Object::key))
        .hasSize(25)
        .startsWith("set/00 +€")
        .endsWith("set/24 +€")
        .doesNotHaveDuplicates();
  }

  @Test
  void sees_errors_by_their_codes() {
    namespace.put("models", "k", 10);
    assertThatThrownBy(() -> s3.getObjectAsBytes(g -> g.bucket("models").key("none")))
        .isInstanceOf(NoSuchKeyException.class);
    assertThatThrownBy(() -> s3.headObject(g -> g.bucket("models").key("none")))
        .isInstanceOf(NoSuchKeyException.class);
    assertThatThrownBy(() -> s3.listObjectsV2(l -> l.bucket("none")))
        .isInstanceOf(NoSuchBucketException.class);
    assertCode(
        416,
        "InvalidRange",
        () -> s3.getObjectAsBytes(g -> g.bucket("models").key("k").range("bytes=10-")));
    assertCode(
        412,
        "PreconditionFailed",
        () -> s3.getObjectAsBytes(g -> g.bucket("models").key("k").ifMatch("\"v0\"")));
    assertCode(
        405,
        "MethodNotAllowed",
        () ->
            s3.putObject(
                p -> p.bucket("models").key("k"), RequestBody.fromBytes(new byte[100_000])));
    assertCode(405, "MethodNotAllowed", () -> s3.deleteObject(d -> d.bucket("models").key("k")));
  }

  @Test
  void a_wrong_secret_is_a_signature_that_does_not_match() {
    try (S3Client stranger = client("not alice's secret")) {
      assertCode(403, "SignatureDoesNotMatch", stranger::listBuckets);
    }
  }

  /** What others have read, and so is in memory, is refused all the same. */
  @Test
  void a_key_with_paths_reads_lists_and_sees_these_only() {
    namespace.addMount("hidden");
    for (String key : List.of("sd/a", "sdxl/a", "sd", "sd/../sdxl/a")) {
      namespace.put("models", key, 10);
      s3.getObjectAsBytes(get -> get.bucket("models").key(key));
    }
    try (S3Client limited = client("LIMITED", "limited's secret")) {
      for (String key : List.of("sd/a", "sd/../sdxl/a")) {
        assertThat(limited.getObjectAsBytes(g -> g.bucket("models").key(key)).asByteArray())
            .hasSize(10);
      }
      for (String key : List.of("sdxl/a", "sd", "not-there")) {
        assertCode(403, "AccessDenied", () -> limited.getObject(g -> g.bucket("models").key(key)));
        assertThatThrownBy(() -> limited.headObject(h -> h.bucket("models").key(key)))
            .isInstanceOfSatisfying(
                S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
      }
      assertThat(limited.listObjectsV2(l -> l.bucket("models").prefix("sd/")).contents())
          .extracting(S3Object::key)
          .containsExactly("sd/../sdxl/a", "sd/a");
      for (String prefix : List.of("", "s", "sd", "sdxl/")) {
        assertCode(
            403,
            "AccessDenied",
            () -> limited.listObjectsV2(l -> l.bucket("models").prefix(prefix)));
      }
      assertThat(limited.listBuckets().buckets())
          .extracting(Bucket::name)
          .containsExactly("models");
      assertThat(limited.headBucket(h -> h.bucket("models")).bucketRegion()).isNotEmpty();
      for (String mount : List.of("hidden", "nowhere")) {
        assertCode(403, "AccessDenied", () -> limited.getBucketLocation(l -> l.bucket(mount)));
        assertCode(403, "AccessDenied", () -> limited.getObject(g -> g.bucket(mount).key("k")));
      }
    }
  }

  @Test
  void a_presigned_url_reads_without_credentials_until_changed() throws IOException {
    Cells cells = namespace.put("models", "a b", 1000);
    try (S3Presigner presigner =
        S3Presigner.builder()
            .endpointOverride(address)
            .region(Region.EU_CENTRAL_1)
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        ALICE.accessKeyId(), ALICE.secretAccessKey().reveal())))
            .build()) {
      URL url =
          presigner
              .presignGetObject(
                  p ->
                      p.signatureDuration(Duration.ofMinutes(5))
                          .getObjectRequest(g -> g.bucket("models").key("a b")))
              .url();
      assertThat(open(url).getInputStream().readAllBytes()).isEqualTo(cells.bytes(0, 1000));
      URL changed = URI.create(url.toString().replace("a%20b", "a%20c")).toURL();
      HttpURLConnection refused = open(changed);
      assertThat(refused.getResponseCode()).isEqualTo(403);
    }
  }

  private static void assertCode(int status, String code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(status);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            });
  }
}
