package io.blockring.node.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleHistoryTest {
  private long now = 1_000_000;
  private long delivered;
  private final SampleHistory history =
      new SampleHistory(at -> new Sample(at, delivered, 0, 0, 0, 0, 0, 0, 0, 0), () -> now);

  private void step(long bytes) {
    now += SampleHistory.STEP.toMillis();
    delivered += bytes;
    history.sample();
  }

  @Test
  void begins_with_the_process_at_zero_and_ends_now() {
    delivered = 7;
    now += 2000;
    assertThat(history.last(Duration.ofHours(1)))
        .extracting(Sample::atMillis, Sample::deliveredBytes)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1_000_000L, 0L),
            org.assertj.core.groups.Tuple.tuple(1_002_000L, 7L));
  }

  @Test
  void gives_a_window_and_the_sample_before_it() {
    for (int i = 0; i < 10; i++) {
      step(1);
    }
    now += 1000;
    List<Sample> last = history.last(Duration.ofSeconds(10));
    assertThat(last).extracting(Sample::deliveredBytes).containsExactly(8L, 9L, 10L, 10L);
    assertThat(now - last.getFirst().atMillis()).isEqualTo(11_000);
  }

  @Test
  void keeps_an_hour_and_no_more() {
    for (int i = 1; i <= 2000; i++) {
      step(1);
    }
    List<Sample> all = history.last(Duration.ofDays(1));
    assertThat(all).hasSize(722);
    assertThat(all.getFirst().deliveredBytes()).isEqualTo(1280);
    assertThat(now - all.getFirst().atMillis()).isEqualTo(SampleHistory.KEPT.toMillis());
    assertThat(all).isSortedAccordingTo(java.util.Comparator.comparingLong(Sample::atMillis));
  }
}
