package io.blockring.client.rate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DayCountTest {
  private static final long DAY = 86_400;

  private final AtomicLong seconds = new AtomicLong(20_000 * DAY + 100);
  private final DayCount count = new DayCount(seconds::get);

  @Test
  void begins_anew_at_midnight_but_not_when_a_clock_is_set_back() {
    count.add(5);
    seconds.addAndGet(-DAY);
    assertThat(count.bytes()).isEqualTo(5);
    seconds.set(20_001 * DAY);
    assertThat(count.bytes()).isZero();
    assertThat(count.day()).isEqualTo(20_001);
    count.add(7);
    seconds.set(20_000 * DAY);
    assertThat(count.bytes()).isEqualTo(7);
  }

  @Test
  void goes_on_with_a_count_of_the_same_day() {
    count.restore(19_999, 50);
    assertThat(count.bytes()).isZero();
    count.restore(20_000, 50);
    count.restore(20_000, 40);
    assertThat(count.bytes()).isEqualTo(50);
  }
}
