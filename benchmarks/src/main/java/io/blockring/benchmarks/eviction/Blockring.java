package io.blockring.benchmarks.eviction;

import io.blockring.node.store.eviction.Eviction;
import java.util.Arrays;

/** The order of eviction of Blockring's store, as the store drives it. */
final class Blockring implements Cache {
  private static final int NONE = -1;

  private final int[] blockIn;
  private final int[] slotOf;
  private final Eviction eviction;
  private int used;

  Blockring(int capacity, int blocks) {
    this.blockIn = new int[capacity];
    this.slotOf = new int[blocks];
    Arrays.fill(slotOf, NONE);
    this.eviction = new Eviction(capacity, slot -> mixed(blockIn[slot]));
  }

  @Override
  public boolean isHit(int block) {
    int slot = slotOf[block];
    if (slot != NONE) {
      eviction.use(slot);
      return true;
    }
    slot = used < blockIn.length ? used++ : empty();
    blockIn[slot] = block;
    slotOf[block] = slot;
    eviction.enter(slot);
    return false;
  }

  private int empty() {
    int slot = eviction.victim(any -> true);
    eviction.leave(slot);
    slotOf[blockIn[slot]] = NONE;
    return slot;
  }

  /** Stands for the fingerprint, every bit of which depends on every bit of the block's name. */
  private static long mixed(int block) {
    long z = (block + 1L) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
