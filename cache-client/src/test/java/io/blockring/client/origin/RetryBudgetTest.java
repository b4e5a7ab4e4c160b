package io.blockring.client.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final RetryBudget budget = new RetryBudget(now::get);

  /** Each of so many questions fails however often it is asked. */
  private int retriesOf(int questions) {
    int retries = 0;
    for (int i = 0; i < questions; i++) {
      budget.asked();
      while (budget.mayRetry()) {
        retries++;
      }
    }
    return retries;
  }

  @Test
  void an_outage_is_asked_a_tenth_more_and_what_was_saved() {
    assertThat(retriesOf(10_000)).isBetween(1_090, 1_100);
    assertThat(retriesOf(10_000)).isBetween(990, 1_000);
  }

  @Test
  void a_quiet_origin_has_its_few_failures_mended() {
    retriesOf(1_000);
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(retriesOf(1)).isBetween(10, 11);
    assertThat(retriesOf(1)).isLessThanOrEqualTo(1);
  }

  @Test
  void no_more_is_saved_than_of_ten_seconds() {
    now.addAndGet(Duration.ofDays(1).toNanos());
    for (int i = 0; i < 10_000; i++) {
      budget.asked();
    }
    assertThat(retriesOf(1)).isEqualTo(100);
  }
}
