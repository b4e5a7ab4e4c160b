package io.blockring.benchmarks.eviction;

/** Zhang, Yang, Yue, Vigfusson and Rashmi, "SIEVE is simpler than LRU", NSDI 2024. */
final class Sieve implements Cache {
  private static final int NONE = -1;

  private final int capacity;
  private final int[] newer;
  private final int[] older;
  private final boolean[] isHeld;
  private final boolean[] isVisited;
  private int newest = NONE;
  private int oldest = NONE;
  private int hand = NONE;
  private int size;

  Sieve(int capacity, int blocks) {
    this.capacity = capacity;
    this.newer = new int[blocks];
    this.older = new int[blocks];
    this.isHeld = new boolean[blocks];
    this.isVisited = new boolean[blocks];
  }

  @Override
  public boolean isHit(int block) {
    if (isHeld[block]) {
      isVisited[block] = true;
      return true;
    }
    if (size >= capacity) {
      evict();
    }
    older[block] = newest;
    newer[block] = NONE;
    if (newest == NONE) {
      oldest = block;
    } else {
      newer[newest] = block;
    }
    newest = block;
    isHeld[block] = true;
    isVisited[block] = false;
    size++;
    return false;
  }

  private void evict() {
    int victim = hand == NONE ? oldest : hand;
    while (isVisited[victim]) {
      isVisited[victim] = false;
      victim = newer[victim] == NONE ? oldest : newer[victim];
    }
    hand = newer[victim];
    if (newer[victim] == NONE) {
      newest = older[victim];
    } else {
      older[newer[victim]] = older[victim];
    }
    if (older[victim] == NONE) {
      oldest = newer[victim];
    } else {
      newer[older[victim]] = newer[victim];
    }
    isHeld[victim] = false;
    size--;
  }
}
