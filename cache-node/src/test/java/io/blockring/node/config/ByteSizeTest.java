package io.blockring.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

  @Test
  void reads_whole_numbers_with_units_of_1024() {
    assertThat(ByteSize.parse("4096").bytes()).isEqualTo(4096);
    assertThat(ByteSize.parse("64KiB").bytes()).isEqualTo(65_536);
    assertThat(ByteSize.parse(" 100 GiB ").bytes()).isEqualTo(100L << 30);
    assertThat(new ByteSize(5L << 40)).hasToString("5TiB");
    assertThat(new ByteSize(1025)).hasToString("1025");
    assertThat(new ByteSize(0)).hasToString("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5GiB", "4MB", "4m", "9223372036854775808", "9000000PiB"})
  void refuses_what_is_not_a_size(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"250ms", "5s", "10m", "1h", "7d", "0s"})
  void durations_are_written_as_they_are_read(String text) {
    assertThat(Durations.format(Durations.parse(text))).isEqualTo(text);
  }

  @Test
  void durations_need_a_unit() {
    assertThat(Durations.parse("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThatThrownBy(() -> Durations.parse("90")).hasMessageContaining("'90'");
  }
}
