package io.blockring.client.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);

  @Test
  void pauses_spread_from_nothing_to_a_ceiling_that_doubles_up_to_the_longest() {
    Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofMillis(60));
    long[] ceilings = {10, 20, 40, 60, 60, 60};
    for (int failures = 1; failures <= ceilings.length; failures++) {
      int count = failures;
      long[] pauses =
          LongStream.generate(() -> backoff.pauseNanos(count, random)).limit(2000).toArray();
      long ceilingNanos = ceilings[failures - 1] * 1_000_000;
      assertThat(LongStream.of(pauses).max().orElseThrow())
          .isBetween(ceilingNanos * 95 / 100, ceilingNanos);
      assertThat(LongStream.of(pauses).min().orElseThrow()).isBetween(0L, ceilingNanos / 20);
    }
  }

  @Test
  void many_failures_do_not_overflow() {
    assertThat(Backoff.DEFAULT.pauseNanos(1_000_000, random))
        .isBetween(0L, Backoff.DEFAULT.longest().toNanos());
  }
}
