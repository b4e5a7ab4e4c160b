package io.blockring.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateWindowTest {
  private final FakeClock clock = new FakeClock();
  private final RateWindow rate = new RateWindow(clock);

  @Test
  void a_steady_stream_has_its_rate_from_the_first_second_on() {
    for (int second = 0; second < 30; second++) {
      rate.add(1000);
      clock.advanceMillis(500);
      rate.add(1000);
      clock.advanceMillis(499);
      assertThat(rate.bytesPerSecond()).as("second %d", second).isBetween(1900L, 2200L);
      clock.advanceMillis(1);
    }
  }

  @Test
  void what_is_older_than_ten_seconds_is_forgotten() {
    rate.add(1_000_000);
    clock.advanceMillis(9_000);
    assertThat(rate.bytesPerSecond()).isPositive();
    clock.advanceMillis(1_000);
    assertThat(rate.bytesPerSecond()).isZero();
    clock.advanceMillis(1_000_000);
    rate.add(10_000);
    assertThat(rate.bytesPerSecond()).isBetween(1000L, 1112L);
  }
}
