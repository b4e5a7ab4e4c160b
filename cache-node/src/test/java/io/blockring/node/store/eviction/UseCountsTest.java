package io.blockring.node.store.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UseCountsTest {
  @Test
  void counts_up_to_its_most_and_never_less_than_the_truth() {
    UseCounts counts = new UseCounts(1_000_000);
    for (int uses = 1; uses <= 20; uses++) {
      for (long block = 1; block <= 100; block++) {
        counts.add(block);
        assertThat(counts.of(block)).isGreaterThanOrEqualTo(Math.min(uses, UseCounts.MOST));
      }
    }
  }

  @Test
  void few_that_were_never_used_seem_used() {
    UseCounts counts = new UseCounts(1000);
    for (long block = 0; block < 1000; block++) {
      counts.add(block);
    }
    int wrong = 0;
    for (long block = 1000; block < 11_000; block++) {
      wrong += counts.of(block) > 0 ? 1 : 0;
    }
    assertThat(wrong).isLessThan(100);
  }

  @Test
  void old_uses_count_half_after_twenty_uses_an_entry() {
    UseCounts counts = new UseCounts(1000);
    for (int uses = 0; uses < 12; uses++) {
      counts.add(7);
    }
    for (int uses = 0; uses < 20_000 - 12; uses++) {
      counts.add(1_000_000 + uses % 3);
    }
    assertThat(counts.of(7)).isEqualTo(6);
  }
}
