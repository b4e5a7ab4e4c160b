package io.blockring.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.demo.DemoFiles.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoLimitsTest {

  @Test
  void leaves_out_what_is_too_large_and_what_is_empty() throws IOException {
    Entry small = new Entry("a", 40);
    Entry large = new Entry("b", 70);
    Entry empty = new Entry("c", 0);
    Entry rest = new Entry("d", 60);
    assertThat(new DemoLimits(100).cut(List.of(small, large, empty, rest), "/data"))
        .containsExactly(small, rest);
  }

  @Test
  void takes_no_more_files_than_one_warmup_does() throws IOException {
    List<Entry> many = new ArrayList<>();
    for (int i = 0; i < 1_100; i++) {
      many.add(new Entry("file-" + i, 1));
    }
    assertThat(new DemoLimits(100_000).cut(many, "/data")).hasSize(1_000);
  }

  @Test
  void nothing_to_read_is_told_with_place_and_numbers() {
    assertThatThrownBy(() -> new DemoLimits(100).cut(List.of(new Entry("a", 101)), "/data"))
        .hasMessage("/data has 1 files, none between 1 and 100 bytes to read");
  }
}
