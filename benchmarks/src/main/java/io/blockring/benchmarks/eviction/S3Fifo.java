package io.blockring.benchmarks.eviction;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Yang, Zhang, Qiu, Yue and Rashmi, "FIFO queues are all you need", SOSP 2023; small queue 10 %.
 */
final class S3Fifo implements Cache {
  private static final int MOST_USES = 3;

  private final int capacity;
  private final int smallCapacity;
  private final Deque<Integer> small = new ArrayDeque<>();
  private final Deque<Integer> main = new ArrayDeque<>();
  private final Set<Integer> ghosts = new LinkedHashSet<>();
  private final boolean[] isHeld;
  private final byte[] uses;

  S3Fifo(int capacity, int blocks) {
    this.capacity = capacity;
    this.smallCapacity = Math.max(1, capacity / 10);
    this.isHeld = new boolean[blocks];
    this.uses = new byte[blocks];
  }

  @Override
  public boolean isHit(int block) {
    if (isHeld[block]) {
      uses[block] = (byte) Math.min(MOST_USES, uses[block] + 1);
      return true;
    }
    while (small.size() + main.size() >= capacity) {
      evict();
    }
    (ghosts.remove(block) ? main : small).addLast(block);
    isHeld[block] = true;
    uses[block] = 0;
    return false;
  }

  private void evict() {
    if (small.size() >= smallCapacity || main.isEmpty()) {
      evictFromSmall();
    } else {
      evictFromMain();
    }
  }

  private void evictFromSmall() {
    for (Integer oldest = small.pollFirst(); oldest != null; oldest = small.pollFirst()) {
      if (uses[oldest] <= 1) {
        isHeld[oldest] = false;
        ghosts.add(oldest);
        if (ghosts.size() > capacity - smallCapacity) {
          ghosts.remove(ghosts.iterator().next());
        }
        return;
      }
      uses[oldest] = 0;
      main.addLast(oldest);
      if (main.size() > capacity - smallCapacity) {
        evictFromMain();
      }
    }
  }

  private void evictFromMain() {
    for (Integer oldest = main.pollFirst(); oldest != null; oldest = main.pollFirst()) {
      if (uses[oldest] == 0) {
        isHeld[oldest] = false;
        return;
      }
      uses[oldest]--;
      main.addLast(oldest);
    }
  }
}
