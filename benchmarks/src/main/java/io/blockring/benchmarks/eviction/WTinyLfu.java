package io.blockring.benchmarks.eviction;

import com.github.benmanes.caffeine.cache.Caffeine;

/** Caffeine itself: W-TinyLFU whose window follows hill climbing. */
final class WTinyLfu implements Cache {
  private final com.github.benmanes.caffeine.cache.Cache<Integer, Boolean> held;

  WTinyLfu(int capacity) {
    this.held = Caffeine.newBuilder().maximumSize(capacity).executor(Runnable::run).build();
  }

  @Override
  public boolean isHit(int block) {
    boolean isHit = held.getIfPresent(block) != null;
    if (!isHit) {
      held.put(block, true);
    }
    // Or else it would act on uses later than the others do, and might lose some.
    held.cleanUp();
    return isHit;
  }
}
