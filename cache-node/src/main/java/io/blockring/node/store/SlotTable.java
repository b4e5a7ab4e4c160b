package io.blockring.node.store;

import java.util.Arrays;

/**
 * The state of every slot of a disk, 14 bytes each, and the lists of those that can be taken. Not
 * thread-safe: guarded by its disk's lock.
 */
final class SlotTable {

  /** What a slot is at the moment. */
  enum State {
    /** No space is allocated for it. */
    UNUSED(0),
    /** Allocated, empty. */
    FREE(1),
    /** Taken by one thread, invisible to others. */
    HELD(2),
    /** A large block. */
    BLOCK(3),
    /** Small blocks. */
    REGION(4),
    /** Emptied while leased: free once the last lease is closed. */
    DYING(5);

    private final int bits;

    State(int bits) {
      this.bits = bits;
    }
  }

  static final int NONE = -1;

  private static final State[] STATES = State.values();
  private static final int LENGTH_MASK = (1 << 25) - 1;
  private static final int STATE_SHIFT = 25;
  private static final int STATE_MASK = 7 << STATE_SHIFT;
  private static final int COMMITTED = 1 << 31;

  /** A block's fingerprint, or a region's first small block, or the next in a list. */
  private final long[] words;

  /** Length, state and whether a large block is committed. */
  private final int[] infos;

  private final char[] leases;
  private int freeHead = NONE;
  private int unusedHead = NONE;
  private int highWater;
  private long leaseCount;

  SlotTable(int slots) {
    words = new long[slots];
    infos = new int[slots];
    leases = new char[slots];
    Arrays.fill(words, NONE);
  }

  int count() {
    return infos.length;
  }

  /** Slots from here on were never used. */
  int highWater() {
    return highWater;
  }

  State state(int slot) {
    return STATES[(infos[slot] & STATE_MASK) >>> STATE_SHIFT];
  }

  void setState(int slot, State state) {
    infos[slot] = (infos[slot] & ~STATE_MASK) | (state.bits << STATE_SHIFT);
  }

  long word(int slot) {
    return words[slot];
  }

  void setWord(int slot, long word) {
    words[slot] = word;
  }

  int length(int slot) {
    return infos[slot] & LENGTH_MASK;
  }

  void setLength(int slot, int length) {
    infos[slot] = (infos[slot] & ~LENGTH_MASK) | length;
  }

  boolean isCommitted(int slot) {
    return (infos[slot] & COMMITTED) != 0;
  }

  void setCommitted(int slot, boolean isCommitted) {
    infos[slot] = isCommitted ? infos[slot] | COMMITTED : infos[slot] & ~COMMITTED;
  }

  int leases(int slot) {
    return leases[slot];
  }

  /** Leases on all slots. */
  long leaseCount() {
    return leaseCount;
  }

  /** Whether one more lease can be counted. */
  boolean mayBeHeld(int slot) {
    return leases[slot] < Character.MAX_VALUE;
  }

  void hold(int slot) {
    if (!mayBeHeld(slot)) {
      throw new IllegalStateException(
          "slot " + slot + " is leased " + (int) leases[slot] + " times");
    }
    leases[slot]++;
    leaseCount++;
  }

  void release(int slot) {
    if (leases[slot] == 0) {
      throw new IllegalStateException("slot " + slot + " was released more often than leased");
    }
    leases[slot]--;
    leaseCount--;
  }

  /** Takes an allocated empty slot, or {@link #NONE}. */
  int takeFree() {
    int slot = freeHead;
    if (slot != NONE) {
      freeHead = (int) words[slot];
      setState(slot, State.HELD);
    }
    return slot;
  }

  /** Takes a slot without space, or {@link #NONE}. */
  int takeUnused() {
    int slot = unusedHead;
    if (slot != NONE) {
      unusedHead = (int) words[slot];
    } else if (highWater < infos.length) {
      slot = highWater++;
    }
    if (slot != NONE) {
      setState(slot, State.HELD);
    }
    return slot;
  }

  /** Gives back an empty slot that nobody leases. */
  void giveBack(int slot, boolean isAllocated) {
    infos[slot] = 0;
    setState(slot, isAllocated ? State.FREE : State.UNUSED);
    if (isAllocated) {
      words[slot] = freeHead;
      freeHead = slot;
    } else {
      words[slot] = unusedHead;
      unusedHead = slot;
    }
  }

  /** While the index is read: this slot, and all before it, were used once. */
  void touch(int slot) {
    highWater = Math.max(highWater, slot + 1);
  }

  /** After the index was read: whatever was used once and is empty can be taken. */
  void freeUntaken() {
    for (int slot = highWater - 1; slot >= 0; slot--) {
      if (state(slot) == State.UNUSED) {
        giveBack(slot, true);
      }
    }
  }

  /** Bytes of memory taken, object headers included. */
  long memoryBytes() {
    return 3 * 16 + 14L * infos.length;
  }
}
