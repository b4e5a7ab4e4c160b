package io.blockring.node.store;

import io.blockring.node.store.SlotTable.State;

/**
 * Chooses the slot to empty: S3-FIFO in spirit, with clock hands instead of queues. What comes
 * while there is space is main. Later blocks are on probation, a tenth of the slots: a scan, or a
 * loop larger than the store, churns that tenth and leaves main alone. A second use, or a return
 * soon after eviction, leads to main. Not thread-safe: guarded by its disk's lock.
 */
final class Eviction {
  private static final int PROBATION_SHARE = 10;

  private static final int GHOSTS_IN_SET = 8;

  /** One in so many newcomers goes to main unproved, so that an unused main ages away. */
  private static final int TRUSTED_ONE_IN = 256;

  /** Slots looked at before the search is given up. */
  private static final int MAX_STEPS = 1 << 16;

  private final SlotTable slots;

  /** Halves of fingerprints of blocks evicted lately: sets of a few, the newest of a set first. */
  private final int[] ghosts;

  private int mainHand;
  private int probationHand;
  private int mainCount;
  private int probationCount;
  private int newcomers;

  Eviction(SlotTable slots) {
    this.slots = slots;
    int sets = Math.max(1, slots.count() / GHOSTS_IN_SET);
    this.ghosts = new int[sets * GHOSTS_IN_SET];
  }

  /** A slot has been filled. */
  void enter(int slot, long fingerprint, boolean isSpaceLeft) {
    boolean isMain =
        isSpaceLeft || wasEvictedLately(fingerprint) || ++newcomers % TRUSTED_ONE_IN == 0;
    slots.setUses(slot, 0);
    slots.setMain(slot, isMain);
    count(isMain, 1);
  }

  /** A slot is being emptied, for whatever reason. */
  void leave(int slot) {
    count(slots.isMain(slot), -1);
  }

  /**
   * A large block is about to be evicted. Only those on probation are remembered: had main's ghosts
   * a way back, then in a loop each return would evict the block that is wanted next.
   */
  void remember(int slot, long fingerprint) {
    if (slots.isMain(slot)) {
      return;
    }
    int set = set(fingerprint);
    System.arraycopy(ghosts, set, ghosts, set + 1, GHOSTS_IN_SET - 1);
    ghosts[set] = tag(fingerprint);
  }

  /**
   * A slot to empty: no one leases it.
   *
   * @param openRegion which is not to be touched
   * @return {@link SlotTable#NONE} when none was found within a bounded search
   */
  int victim(int openRegion) {
    int steps = (int) Math.min(MAX_STEPS, 16L * slots.count());
    for (int step = 0; step < steps && mainCount + probationCount > 0; step++) {
      // Past half of the search, the one that should give may be all leased: ask the other.
      boolean isMain = isMainToGive() != step > steps / 2;
      int slot = isMain ? mainHand : probationHand;
      advance(isMain);
      State state = slots.state(slot);
      if ((state != State.BLOCK && state != State.REGION)
          || slots.isMain(slot) != isMain
          || slots.leases(slot) > 0
          || slot == openRegion) {
        continue;
      }
      int uses = slots.uses(slot);
      if (uses == 0) {
        return slot;
      }
      // A promoted block keeps one use: the other hand may be right behind it.
      slots.setUses(slot, isMain ? uses - 1 : 1);
      if (!isMain) {
        slots.setMain(slot, true);
        count(false, -1);
        count(true, 1);
      }
    }
    return SlotTable.NONE;
  }

  /** Bytes of memory taken, object headers included. */
  long memoryBytes() {
    return 16 + 4L * ghosts.length;
  }

  private boolean isMainToGive() {
    return mainCount > 0 && (long) probationCount * PROBATION_SHARE <= slots.highWater();
  }

  private void advance(boolean isMain) {
    if (isMain) {
      mainHand = mainHand + 1 == slots.count() ? 0 : mainHand + 1;
    } else {
      probationHand = probationHand + 1 == slots.count() ? 0 : probationHand + 1;
    }
  }

  private void count(boolean isMain, int change) {
    if (isMain) {
      mainCount += change;
    } else {
      probationCount += change;
    }
  }

  private boolean wasEvictedLately(long fingerprint) {
    int set = set(fingerprint);
    for (int at = set; at < set + GHOSTS_IN_SET; at++) {
      if (ghosts[at] == tag(fingerprint)) {
        ghosts[at] = 0;
        return true;
      }
    }
    return false;
  }

  private int set(long fingerprint) {
    long sets = ghosts.length / GHOSTS_IN_SET;
    return (int) (((fingerprint & 0xFFFFFFFFL) * sets) >>> Integer.SIZE) * GHOSTS_IN_SET;
  }

  private static int tag(long fingerprint) {
    return (int) (fingerprint >>> 32) | 1;
  }
}
