package io.blockring.node.http.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.node.http.s3.ByteRange.Part;
import io.blockring.node.http.s3.ByteRange.Unsatisfiable;
import io.blockring.node.http.s3.ByteRange.Whole;
import org.junit.jupiter.api.Test;

class ByteRangeTest {

  @Test
  void takes_a_range_within_the_object() {
    assertThat(ByteRange.of("bytes=0-0", 10)).isEqualTo(new Part(0, 1));
    assertThat(ByteRange.of("bytes=2-5", 10)).isEqualTo(new Part(2, 4));
    assertThat(ByteRange.of(" bytes = 2 - 5 ", 10)).isEqualTo(new Part(2, 4));
  }

  @Test
  void clips_at_the_end_of_the_object() {
    assertThat(ByteRange.of("bytes=8-99", 10)).isEqualTo(new Part(8, 2));
    assertThat(ByteRange.of("bytes=8-99999999999999999999999", 10)).isEqualTo(new Part(8, 2));
  }

  @Test
  void takes_open_ends_and_suffixes() {
    assertThat(ByteRange.of("bytes=3-", 10)).isEqualTo(new Part(3, 7));
    assertThat(ByteRange.of("bytes=-3", 10)).isEqualTo(new Part(7, 3));
    assertThat(ByteRange.of("bytes=-30", 10)).isEqualTo(new Part(0, 10));
  }

  @Test
  void says_when_no_byte_is_in_range() {
    assertThat(ByteRange.of("bytes=10-", 10)).isEqualTo(new Unsatisfiable());
    assertThat(ByteRange.of("bytes=10-20", 10)).isEqualTo(new Unsatisfiable());
    assertThat(ByteRange.of("bytes=-0", 10)).isEqualTo(new Unsatisfiable());
    assertThat(ByteRange.of("bytes=0-", 0)).isEqualTo(new Unsatisfiable());
    assertThat(ByteRange.of("bytes=-5", 0)).isEqualTo(new Unsatisfiable());
  }

  @Test
  void ignores_what_s3_ignores() {
    for (String header :
        new String[] {
          "bytes=5-2", "bytes=-", "bytes=a-b", "bytes=0-1,4-5", "cells=0-1", "", "0-1"
        }) {
      assertThat(ByteRange.of(header, 10)).as(header).isEqualTo(new Whole());
    }
    assertThat(ByteRange.of(null, 10)).isEqualTo(new Whole());
  }

  @Test
  void writes_the_content_range() {
    assertThat(new Part(2, 4).contentRange(10)).isEqualTo("bytes 2-5/10");
  }
}
