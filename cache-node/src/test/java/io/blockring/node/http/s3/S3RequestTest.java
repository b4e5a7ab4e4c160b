package io.blockring.node.http.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class S3RequestTest {

  private static S3Request parse(String uri) throws S3Exception {
    return S3Request.parse("GET", uri, new Headers(), "");
  }

  @Test
  void splits_bucket_and_key() throws S3Exception {
    assertThat(parse("/").bucket()).isEmpty();
    assertThat(parse("/models").bucket()).isEqualTo("models");
    assertThat(parse("/models/").key()).isEmpty();
    assertThat(parse("/models/a/b").key()).isEqualTo("a/b");
  }

  @Test
  void keys_keep_every_slash_and_dot() throws S3Exception {
    assertThat(parse("/m//a").key()).isEqualTo("/a");
    assertThat(parse("/m/a//b/").key()).isEqualTo("a//b/");
    assertThat(parse("/m/a/../b").key()).isEqualTo("a/../b");
    assertThat(parse("/m/a/%2E%2e/b").key()).isEqualTo("a/../b");
  }

  @Test
  void a_plus_is_a_plus_in_a_path_and_a_space_in_a_query() throws S3Exception {
    S3Request request = parse("/m/a+b%20c?prefix=x+y%2Bz");
    assertThat(request.key()).isEqualTo("a+b c");
    assertThat(request.parameters().value("prefix")).isEqualTo("x y+z");
  }

  @Test
  void keys_are_utf8_percent_coded_or_raw() throws S3Exception {
    assertThat(parse("/m/%E2%82%AC").key()).isEqualTo("€");
    assertThat(parse("/m/\u00E2\u0082\u00AC").key()).isEqualTo("€");
    assertRefused("/m/%FF", S3Code.INVALID_URI);
    assertRefused("/m/%C0%80", S3Code.INVALID_URI);
  }

  @Test
  void refuses_what_is_no_percent_code() {
    assertRefused("/m/%", S3Code.INVALID_URI);
    assertRefused("/m/%4", S3Code.INVALID_URI);
    assertRefused("/m/%zz", S3Code.INVALID_URI);
    assertRefused("/m/%00", S3Code.INVALID_URI);
  }

  @Test
  void refuses_a_key_of_more_than_1024_bytes() throws S3Exception {
    assertThat(parse("/m/" + "k".repeat(1024)).key()).hasSize(1024);
    assertRefused("/m/" + "k".repeat(1025), S3Code.KEY_TOO_LONG);
    assertRefused("/m/" + "%C3%A9".repeat(513), S3Code.KEY_TOO_LONG);
  }

  @Test
  void takes_a_target_in_absolute_form() throws S3Exception {
    assertThat(parse("http://node:7070/m/k?list-type=2").key()).isEqualTo("k");
    assertThat(parse("http://node:7070").bucket()).isEmpty();
    assertRefused("*", S3Code.INVALID_URI);
    assertRefused("//k", S3Code.INVALID_URI);
  }

  @Test
  void takes_the_bucket_from_a_virtual_host() throws S3Exception {
    Headers headers = new Headers().add("Host", "models.Cache.local:7070");
    S3Request request = S3Request.parse("GET", "/a/b", headers, "cache.local");
    assertThat(request.bucket()).isEqualTo("models");
    assertThat(request.key()).isEqualTo("a/b");
    Headers bare = new Headers().add("Host", "cache.local:7070");
    assertThat(S3Request.parse("GET", "/a/b", bare, "cache.local").bucket()).isEqualTo("a");
  }

  private static void assertRefused(String uri, S3Code code) {
    assertThatThrownBy(() -> parse(uri))
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.code()).as(uri).isEqualTo(code));
  }
}
