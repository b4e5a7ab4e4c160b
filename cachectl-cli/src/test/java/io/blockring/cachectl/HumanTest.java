package io.blockring.cachectl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.cachectl.screen.Human;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HumanTest {

  @Test
  void sizes_have_one_digit_after_the_point_and_never_four_before() {
    assertThat(Human.bytes(0)).isEqualTo("0 B");
    assertThat(Human.bytes(1023)).isEqualTo("1023 B");
    assertThat(Human.bytes(1024)).isEqualTo("1.0 KiB");
    assertThat(Human.bytes((1 << 20) - 1)).isEqualTo("1.0 MiB");
    assertThat(Human.bytes(3L << 29)).isEqualTo("1.5 GiB");
    assertThat(Human.bytes(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
  }

  @Test
  void times_have_two_units() {
    assertThat(Human.millis(999)).isEqualTo("999 ms");
    assertThat(Human.millis(59_999)).isEqualTo("59 s");
    assertThat(Human.millis(60_000)).isEqualTo("1 min");
    assertThat(Human.millis(3_599_000)).isEqualTo("59 min 59 s");
    assertThat(Human.millis(7_260_000)).isEqualTo("2 h 1 min");
    assertThat(Human.millis(90_000_000)).isEqualTo("1 d 1 h");
  }

  @Test
  void percents_lose_only_zeros_after_the_point() {
    assertThat(Human.percent(100.0)).isEqualTo("100 %");
    assertThat(Human.percent(99.99)).isEqualTo("99.99 %");
    assertThat(Human.percent(12.5)).isEqualTo("12.5 %");
    assertThat(Human.percent(0.0)).isEqualTo("0 %");
    assertThat(Human.percent(null)).isEqualTo("-");
  }

  @Test
  void times_are_read_with_their_unit() {
    assertThat(Human.duration("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(Human.duration("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(Human.duration("30m")).isEqualTo(Duration.ofMinutes(30));
    assertThat(Human.duration("2h")).isEqualTo(Duration.ofHours(2));
    assertThat(Human.duration("7d")).isEqualTo(Duration.ofDays(7));
    for (String wrong : new String[] {"", "5", "s", "-5s", "1.5h", "1w", "9999999999s", "٣s"}) {
      assertThatThrownBy(() -> Human.duration(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("'" + wrong + "' is not a time");
    }
  }
}
