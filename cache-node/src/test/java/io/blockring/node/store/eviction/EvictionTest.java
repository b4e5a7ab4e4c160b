package io.blockring.node.store.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class EvictionTest {
  private static final int ENTRIES = 500;

  private final long[] held = new long[ENTRIES];
  private final Map<Long, Integer> entries = new HashMap<>();
  private final Eviction eviction = new Eviction(ENTRIES, entry -> held[entry]);

  private static long fingerprint(long block) {
    return block * 0x9E3779B97F4A7C15L;
  }

  private boolean isHit(long block) {
    long fingerprint = fingerprint(block);
    Integer found = entries.get(fingerprint);
    if (found != null) {
      eviction.use(found);
      return true;
    }
    int entry = entries.size();
    if (entry == ENTRIES) {
      entry = eviction.victim(any -> true);
      eviction.leave(entry);
      entries.remove(held[entry]);
    }
    held[entry] = fingerprint;
    entries.put(fingerprint, entry);
    eviction.enter(entry);
    return false;
  }

  /** Hit ratio of the last of so many reads. */
  private double hitRatio(int reads, int last, IntUnaryOperator block) {
    int hits = 0;
    for (int i = 0; i < reads; i++) {
      boolean isHit = isHit(block.applyAsInt(i));
      hits += isHit && i >= reads - last ? 1 : 0;
    }
    return (double) hits / last;
  }

  @Test
  void loop_ten_times_the_store_hits_nearly_what_is_possible() {
    assertThat(hitRatio(100_000, 50_000, i -> i % 5000)).isBetween(0.085, 0.1);
  }

  @Test
  void use_that_moves_on_is_followed_as_by_lru() {
    SplittableRandom random = new SplittableRandom(2);
    // A window of 300 blocks that moves on by one in every ten reads: LRU hits 9 of 10.
    assertThat(hitRatio(100_000, 50_000, i -> i / 10 + random.nextInt(300))).isGreaterThan(0.85);
  }

  @Test
  void follows_when_a_loop_gives_way_to_moving_use_and_back() {
    SplittableRandom random = new SplittableRandom(3);
    assertThat(hitRatio(100_000, 50_000, i -> i % 5000)).isGreaterThan(0.085);
    assertThat(hitRatio(200_000, 50_000, i -> 10_000 + i / 10 + random.nextInt(300)))
        .isGreaterThan(0.85);
    assertThat(hitRatio(300_000, 50_000, i -> 1_000_000 + i % 5000)).isGreaterThan(0.085);
  }

  @Test
  void block_read_in_small_ranges_was_used_once() {
    for (int i = 0; i < ENTRIES; i++) {
      isHit(i);
    }
    // One newcomer is read in a thousand ranges; a scan follows. Had each range been a use, it
    // would outlive blocks that are read again and again.
    for (int range = 0; range < 1000; range++) {
      isHit(1_000_000);
    }
    for (int lap = 0; lap < 5; lap++) {
      for (int i = 0; i < 2000; i++) {
        isHit(i % 100);
        isHit(2_000_000 + lap * 2000 + i);
      }
    }
    assertThat(entries.containsKey(fingerprint(1_000_000))).isFalse();
  }
}
