package io.blockring.client.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.origin.file.FileOrigin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginSettingsTest {

  @ParameterizedTest
  @CsvSource({
    "s3://models, s3://models/",
    "s3://models/, s3://models/",
    "s3://models/prod, s3://models/prod/",
    "s3://models/prod/, s3://models/prod/",
    "s3://Old_Bucket.x/a//b, s3://Old_Bucket.x/a//b/",
    "file:///data, file:///data",
    "file:///data/, file:///data",
    "file:///data/x/../y, file:///data/y",
    "file:///my data/%20, file:///my data/%20",
  })
  void every_spelling_of_a_place_has_one_text(String given, String canonical) {
    assertThat(OriginLocation.parse(given)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "models",
        "s3:/models",
        "s3://",
        "s3://a b",
        "file://data",
        "file:data",
        "gs://b"
      })
  void a_location_that_is_none_is_named(String location) {
    assertRefused(() -> OriginSettings.at(location), "location", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "minio:9000",
        "ftp://minio",
        "http://",
        "http://minio/path",
        "http://m?x=1",
        "http://a b"
      })
  void an_endpoint_that_is_none_is_named(String endpoint) {
    assertRefused(() -> OriginSettings.at("s3://models").withEndpoint(endpoint), "endpoint", "");
  }

  @Test
  void a_password_in_the_endpoint_is_refused_and_not_repeated() {
    assertThatThrownBy(
            () -> OriginSettings.at("s3://models").withEndpoint("http://user:geheim@minio"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("endpoint: ")
        .hasMessageNotContaining("geheim");
  }

  @Test
  void numbers_and_times_out_of_range_are_refused_with_the_limit() {
    assertRefused(
        () -> OriginLimits.DEFAULT.withMaxConcurrentRequests(0),
        "maxConcurrentRequests",
        "0 is not between 1 and 10000");
    assertRefused(() -> OriginLimits.DEFAULT.withMaxWaiting(-1), "maxWaiting", "-1");
    assertRefused(() -> OriginLimits.DEFAULT.withMaxAttempts(11), "maxAttempts", "1 and 10");
    Duration second = Duration.ofSeconds(1);
    assertRefused(
        () -> OriginLimits.DEFAULT.withTimeouts(Duration.ZERO, second, second),
        "connectTimeout",
        "PT0S");
    assertRefused(
        () -> OriginLimits.DEFAULT.withTimeouts(second, second, Duration.ofHours(1)),
        "stallTimeout",
        "10 minutes");
  }

  @Test
  void what_has_no_meaning_for_a_directory_is_refused() {
    OriginSettings directory = OriginSettings.at("file:///data");
    assertRefused(() -> directory.withEndpoint("http://minio"), "endpoint", "file:///data");
    assertRefused(() -> directory.withRegion("eu-west-1"), "region", "file:///data");
    assertRefused(() -> directory.withIdentityMode(IdentityMode.ETAG), "identity", "file:///data");
    assertRefused(
        () ->
            directory.withCredentials(
                new OriginCredentials.DefaultChain(), "arn:aws:iam::1:role/x"),
        "assumeRoleArn",
        "file:///data");
  }

  @Test
  void identity_modes_read_their_labels() {
    for (IdentityMode mode : IdentityMode.values()) {
      assertThat(IdentityMode.of(mode.label())).isEqualTo(mode);
    }
    assertRefused(() -> IdentityMode.of("md5"), "identity", "auto, version-id, etag, none");
  }

  @Test
  void settings_print_without_secrets() {
    List<OriginCredentials> all =
        List.of(
            new OriginCredentials.Given("AKIAONE", "geheim", "token-geheim"),
            new OriginCredentials.Environment("ONE_ID", "ONE_SECRET", null),
            new OriginCredentials.KeyFile(Path.of("/run/keys")));
    for (OriginCredentials credentials : all) {
      assertThat(OriginSettings.at("s3://models").withCredentials(credentials, "").toString())
          .contains("s3://models/")
          .doesNotContain("geheim");
    }
  }

  @Test
  void a_directory_opens_without_being_there() {
    try (Origin origin = Origins.open(OriginSettings.at("file:///not/there"))) {
      assertThat(origin).isInstanceOf(FileOrigin.class);
    }
  }

  private static void assertRefused(ThrowingCallable call, String key, String detail) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(key + ": ")
        .hasMessageContaining(detail);
  }
}
