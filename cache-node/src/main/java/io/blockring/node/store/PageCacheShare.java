package io.blockring.node.store;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;

/**
 * Which slots of a disk may stay in the host's page cache: those that are read again and again, up
 * to a bound. What was written and not read, or read once, is to leave, so that it does not push
 * out the pages of others on this host; when a whole round has passed without another use, {@link
 * #nextToLeave} names it. Uses that follow each other closely count as one, so without that round
 * the very slots that are never left alone would leave. Guarded by the disk's lock.
 */
final class PageCacheShare {
  /** Uses, the fill among them, from which on a slot is worth keeping in memory too. */
  private static final int WORTH_KEEPING = 3;

  private final int mostSlots;
  private final BitSet leaving = new BitSet();

  /** Used in this round, and in the one before but not since. */
  private BitSet usedNow = new BitSet();

  private BitSet usedBefore = new BitSet();

  /** Used too seldom to stay, when last looked at. */
  private final BitSet seldom = new BitSet();

  /** In how many rounds a slot was used since it was filled; counted to what is worth keeping. */
  private byte[] rounds = new byte[64];

  /** In order of use. Not kept where nothing bounds it. */
  private final LinkedHashMap<Integer, Boolean> staying = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param mostSlots that may stay; {@link Integer#MAX_VALUE} leaves that to the kernel
   */
  PageCacheShare(int mostSlots) {
    this.mostSlots = mostSlots;
  }

  /**
   * A slot was written, or nobody reads it any more for now.
   *
   * @param uses how often it was used lately
   */
  void used(int slot, int uses) {
    if (mostSlots == 0) {
      leaving.set(slot);
      return;
    }
    leaving.clear(slot);
    usedBefore.clear(slot);
    countRound(slot);
    boolean isWorthKeeping = uses >= WORTH_KEEPING || rounds[slot] >= WORTH_KEEPING;
    seldom.set(slot, !isWorthKeeping);
    if (!isWorthKeeping) {
      staying.remove(slot);
      return;
    }
    if (mostSlots < Integer.MAX_VALUE) {
      staying.put(slot, true);
      if (staying.size() > mostSlots) {
        int eldest = staying.sequencedKeySet().removeFirst();
        leaving.set(eldest);
      }
    }
  }

  private void countRound(int slot) {
    if (slot >= rounds.length) {
      rounds = Arrays.copyOf(rounds, Math.max(rounds.length * 2, slot + 1));
    }
    if (!usedNow.get(slot) && rounds[slot] < WORTH_KEEPING) {
      rounds[slot]++;
    }
    usedNow.set(slot);
  }

  /** A slot's bytes are gone, and its pages with them. */
  void emptied(int slot) {
    leaving.clear(slot);
    usedNow.clear(slot);
    usedBefore.clear(slot);
    if (slot < rounds.length) {
      rounds[slot] = 0;
    }
    staying.remove(slot);
  }

  /** What was not used again since the last call but one is to leave now. */
  void nextRound() {
    usedBefore.and(seldom);
    leaving.or(usedBefore);
    BitSet empty = usedBefore;
    empty.clear();
    usedBefore = usedNow;
    usedNow = empty;
  }

  /**
   * A slot whose pages are to be let go of; it is forgotten here.
   *
   * @return {@link SlotTable#NONE} when there is none
   */
  int nextToLeave() {
    int slot = leaving.nextSetBit(0);
    if (slot < 0) {
      return SlotTable.NONE;
    }
    leaving.clear(slot);
    return slot;
  }
}
