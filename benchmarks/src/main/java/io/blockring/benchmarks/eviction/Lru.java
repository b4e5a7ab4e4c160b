package io.blockring.benchmarks.eviction;

import java.util.LinkedHashMap;
import java.util.Map;

/** The least recently used goes. */
final class Lru implements Cache {
  private final Map<Integer, Boolean> held;

  Lru(int capacity) {
    this.held =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
            return size() > capacity;
          }
        };
  }

  @Override
  public boolean isHit(int block) {
    return held.put(block, true) != null;
  }
}
