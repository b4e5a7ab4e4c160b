package io.blockring.node.http.s3;

import static io.blockring.node.http.s3.Preconditions.FAILED;
import static io.blockring.node.http.s3.Preconditions.MET;
import static io.blockring.node.http.s3.Preconditions.NOT_MODIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PreconditionsTest {
  private static final long MODIFIED = FakeNamespace.LAST_MODIFIED;
  private static final String SAME_SECOND = HttpDate.header(MODIFIED);
  private static final String BEFORE = HttpDate.header(MODIFIED - 5_000);
  private static final String AFTER = HttpDate.header(MODIFIED + 5_000);

  private static Preconditions check(String... headers) {
    return Preconditions.check(headers(headers), "\"abc\"", MODIFIED);
  }

  private static Headers headers(String... namesAndValues) {
    Headers headers = new Headers();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  @Test
  void if_match_wants_the_tag_quoted_or_not() {
    assertThat(check("If-Match", "\"abc\"")).isEqualTo(MET);
    assertThat(check("If-Match", "abc")).isEqualTo(MET);
    assertThat(check("If-Match", "\"x\", \"abc\"")).isEqualTo(MET);
    assertThat(check("If-Match", "*")).isEqualTo(MET);
    assertThat(check("If-Match", "\"x\"")).isEqualTo(FAILED);
    assertThat(check("If-Match", "W/\"abc\"")).isEqualTo(FAILED);
  }

  @Test
  void if_none_match_compares_weakly() {
    assertThat(check("If-None-Match", "\"abc\"")).isEqualTo(NOT_MODIFIED);
    assertThat(check("If-None-Match", "W/\"abc\"")).isEqualTo(NOT_MODIFIED);
    assertThat(check("If-None-Match", "*")).isEqualTo(NOT_MODIFIED);
    assertThat(check("If-None-Match", "\"x\"")).isEqualTo(MET);
  }

  @Test
  void dates_compare_in_whole_seconds() {
    assertThat(check("If-Modified-Since", SAME_SECOND)).isEqualTo(NOT_MODIFIED);
    assertThat(check("If-Modified-Since", BEFORE)).isEqualTo(MET);
    assertThat(check("If-Unmodified-Since", SAME_SECOND)).isEqualTo(MET);
    assertThat(check("If-Unmodified-Since", AFTER)).isEqualTo(MET);
    assertThat(check("If-Unmodified-Since", BEFORE)).isEqualTo(FAILED);
  }

  @Test
  void tags_win_over_dates() {
    assertThat(check("If-Match", "\"abc\"", "If-Unmodified-Since", BEFORE)).isEqualTo(MET);
    assertThat(check("If-None-Match", "\"x\"", "If-Modified-Since", AFTER)).isEqualTo(MET);
    assertThat(check("If-None-Match", "\"abc\"", "If-Modified-Since", BEFORE))
        .isEqualTo(NOT_MODIFIED);
  }

  @Test
  void a_failed_if_match_wins_over_if_none_match() {
    assertThat(check("If-Match", "\"x\"", "If-None-Match", "\"abc\"")).isEqualTo(FAILED);
  }

  @Test
  void what_is_unknown_or_unreadable_is_ignored() {
    assertThat(check("If-Modified-Since", "yesterday")).isEqualTo(MET);
    assertThat(Preconditions.check(headers("If-Unmodified-Since", BEFORE), "", /* unknown */ 0))
        .isEqualTo(MET);
    assertThat(Preconditions.check(headers("If-Match", "\"abc\""), "", MODIFIED)).isEqualTo(FAILED);
  }

  @Test
  void if_range_allows_a_part_of_this_version_only() {
    for (String same : new String[] {"\"abc\"", SAME_SECOND}) {
      assertThat(Preconditions.isRangeAllowed(headers("If-Range", same), "\"abc\"", MODIFIED))
          .isTrue();
    }
    for (String other : new String[] {"\"x\"", BEFORE, AFTER, "W/\"abc\""}) {
      assertThat(Preconditions.isRangeAllowed(headers("If-Range", other), "\"abc\"", MODIFIED))
          .isFalse();
    }
    assertThat(Preconditions.isRangeAllowed(headers(), "\"abc\"", MODIFIED)).isTrue();
  }
}
