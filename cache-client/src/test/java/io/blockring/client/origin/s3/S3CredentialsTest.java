package io.blockring.client.origin.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginCredentials;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLocation;
import io.blockring.client.origin.OriginSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** Where keys come from, what is said when there are none, and what is never said. */
class S3CredentialsTest {
  private static final String SECRET = "wJalrXUtnFEMI-geheim";

  @TempDir Path directory;
  private ScriptedBucket bucket = newBucket();

  @BeforeEach
  void answer() {
    bucket.then(
        ScriptedBucket.answer(200, Map.of("ETag", "\"e\"", "Content-Length", "9"), new byte[0]));
  }

  @AfterEach
  void close() throws IOException {
    bucket.close();
  }

  @Test
  void keys_come_from_one_file_each() throws Exception {
    OriginCredentials credentials =
        new OriginCredentials.KeyFiles(
            file("id", "AKIAFILES\n"), file("secret", SECRET + "\n"), file("token", "the-token\n"));

    assertSignedBy("AKIAFILES", "the-token", credentials, Map.of());
  }

  @Test
  void keys_come_from_one_file_of_lines() throws Exception {
    assertSignedBy(
        "AKIALINES",
        "",
        new OriginCredentials.KeyFile(file("keys", "AKIALINES\n" + SECRET + "\n")),
        Map.of());
  }

  @Test
  void keys_come_from_a_named_profile_of_a_credentials_file() throws Exception {
    Path file =
        file(
            "credentials",
            """
            [default]
            aws_access_key_id = AKIADEFAULT
            aws_secret_access_key = x
            [team]
            aws_access_key_id = AKIATEAM
            aws_secret_access_key = %s
            """
                .formatted(SECRET));

    assertSignedBy("AKIATEAM", "", new OriginCredentials.Profile("team", file), Map.of());
    assertSignedBy("AKIADEFAULT", "", new OriginCredentials.Profile("default", file), Map.of());
  }

  @Test
  void keys_come_from_variables_of_ones_own() throws Exception {
    assertSignedBy(
        "AKIAENV",
        "t",
        new OriginCredentials.Environment("MODELS_ID", "MODELS_SECRET", "MODELS_TOKEN"),
        Map.of("MODELS_ID", "AKIAENV", "MODELS_SECRET", SECRET, "MODELS_TOKEN", "t"));
  }

  @Test
  void keys_can_be_given() throws Exception {
    assertSignedBy(
        "AKIAGIVEN", "", new OriginCredentials.Given("AKIAGIVEN", SECRET, null), Map.of());
  }

  @Test
  void a_role_is_assumed_with_the_credentials_and_signs_from_then_on() throws Exception {
    try (ScriptedBucket sts = new ScriptedBucket()) {
      sts.then(stsAnswer());
      System.setProperty("aws.endpointUrlSts", sts.endpoint());
      try (Origin origin =
          open(
              new OriginCredentials.Given("AKIABASE", SECRET, null),
              "arn:aws:iam::123456789012:role/models",
              Map.of())) {
        origin.head("key", in(10_000));
        origin.head("key", in(10_000));
      } finally {
        System.clearProperty("aws.endpointUrlSts");
      }

      assertThat(sts.requests()).hasSize(1);
      assertThat(sts.requests().getFirst().header("Authorization")).contains("AKIABASE/");
      assertThat(bucket.requests()).hasSize(2);
      assertThat(bucket.requests().getFirst().header("Authorization")).contains("ASIAROLE/");
      assertThat(bucket.requests().getFirst().header("X-Amz-Security-Token"))
          .isEqualTo("role-token");
    }
  }

  @Test
  void a_role_that_may_not_be_assumed_is_denied_with_stss_code() throws Exception {
    try (ScriptedBucket sts = new ScriptedBucket()) {
      sts.then(
          (request, out) ->
              ScriptedBucket.text(
                      403,
                      """
                      <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>
                      <Type>Sender</Type><Code>AccessDenied</Code>
                      <Message>not authorized to perform sts:AssumeRole</Message>
                      </Error></ErrorResponse>""")
                  .write(request, out));
      System.setProperty("aws.endpointUrlSts", sts.endpoint());
      try {
        assertNoKeys(
            Kind.DENIED,
            new OriginCredentials.Given("AKIABASE", SECRET, null),
            "arn:aws:iam::123456789012:role/models",
            "role arn:aws:iam::123456789012:role/models",
            "sts:AssumeRole");
      } finally {
        System.clearProperty("aws.endpointUrlSts");
      }
    }
  }

  @Test
  void a_missing_source_is_denied_and_named() throws Exception {
    Path missing = directory.resolve("missing");
    assertNoKeys(
        Kind.DENIED,
        new OriginCredentials.KeyFiles(missing, missing, null),
        "",
        missing.toString(),
        "does not exist");
    assertNoKeys(
        Kind.DENIED,
        new OriginCredentials.KeyFile(file("one", "AKIAONE\n")),
        "",
        directory.resolve("one").toString(),
        "1 lines");
    assertNoKeys(Kind.DENIED, new OriginCredentials.KeyFile(file("empty", " \n")), "", "is empty");
    assertNoKeys(
        Kind.DENIED,
        new OriginCredentials.Environment("NO_SUCH_ID", "NO_SUCH_SECRET", null),
        "",
        "NO_SUCH_ID is not set");
    assertNoKeys(
        Kind.DENIED,
        new OriginCredentials.Profile("nobody", file("credentials", "[default]\n")),
        "",
        "profile 'nobody' in " + directory.resolve("credentials"));
    assertThat(bucket.requests()).isEmpty();
  }

  @Test
  void what_a_key_file_holds_is_never_in_a_message() throws Exception {
    OriginCredentials credentials =
        new OriginCredentials.KeyFile(file("keys", SECRET + "\n" + SECRET + "\na\nb\n"));
    try (Origin origin = open(credentials, "", Map.of())) {
      assertThatThrownBy(() -> origin.head("key", in(10_000)))
          .isInstanceOf(OriginException.class)
          .satisfies(
              e -> {
                for (Throwable t = e; t != null; t = t.getCause()) {
                  assertThat(String.valueOf(t)).doesNotContain(SECRET);
                }
              });
    }
  }

  @Test
  void files_are_read_again_after_a_while() throws Exception {
    Path file = file("keys", "AKIAOLD\n" + SECRET);
    AtomicLong now = new AtomicLong();
    RereadKeys keys = new RereadKeys(() -> RereadKeys.together(file), now::get);
    assertThat(keys.resolveCredentials().accessKeyId()).isEqualTo("AKIAOLD");

    Files.writeString(file, "AKIANEW\n" + SECRET + "\ntoken");
    assertThat(keys.resolveCredentials().accessKeyId()).isEqualTo("AKIAOLD");
    now.addAndGet(RereadKeys.INTERVAL.toNanos());

    AwsCredentials renewed = keys.resolveCredentials();
    assertThat(renewed.accessKeyId()).isEqualTo("AKIANEW");
    assertThat(((AwsSessionCredentials) renewed).sessionToken()).isEqualTo("token");
  }

  private void assertSignedBy(
      String accessKey, String token, OriginCredentials credentials, Map<String, String> env)
      throws OriginException {
    try (Origin origin = open(credentials, "", env)) {
      origin.head("key", in(10_000));
    }
    ScriptedBucket.Request request = bucket.requests().getLast();
    assertThat(request.header("Authorization"))
        .contains("Credential=" + accessKey + "/", "eu-test-1/s3/aws4_request");
    assertThat(request.header("X-Amz-Security-Token")).isEqualTo(token);
  }

  private void assertNoKeys(
      Kind kind, OriginCredentials credentials, String role, String... messageParts) {
    try (Origin origin = open(credentials, role, Map.of())) {
      OriginException e =
          catchThrowableOfType(OriginException.class, () -> origin.head("key", in(10_000)));
      assertThat(e).isNotNull();
      assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
      assertThat(e).hasMessageContaining("no credentials").hasMessageContainingAll(messageParts);
    }
  }

  private Origin open(OriginCredentials credentials, String role, Map<String, String> env) {
    OriginSettings settings =
        OriginSettings.at("s3://bucket")
            .withEndpoint(bucket.endpoint())
            .withRegion("eu-test-1")
            .withPathStyle(true)
            .withCredentials(credentials, role);
    return S3Origin.open(
        (OriginLocation.Bucket) settings.location(), settings, new OriginCounters(), env::get);
  }

  private static ScriptedBucket.Reply stsAnswer() {
    byte[] xml =
        """
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
        <Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
        <SessionToken>role-token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>
        </Credentials></AssumeRoleResult></AssumeRoleResponse>"""
            .getBytes(StandardCharsets.UTF_8);
    return ScriptedBucket.answer(
        200, Map.of("Content-Type", "text/xml", "Content-Length", String.valueOf(xml.length)), xml);
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private static ScriptedBucket newBucket() {
    try {
      return new ScriptedBucket();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long in(long millis) {
    return System.nanoTime() + millis * 1_000_000;
  }
}
