package io.blockring.node.store;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which slots of a disk may stay in the host's page cache: those that are read again and again, up
 * to a bound. What was written and not read, or read once, is to leave, so that it does not push
 * out the pages of others on this host; when a whole round has passed without another use, {@link
 * #nextToLeave} names it. Uses that follow each other closely count as one, so without that round
 * the very slots that are never left alone would leave.
 *
 * <p>A use sets bits and no more: it is part of every hit. Who leaves for the bound is found by a
 * hand that goes round, like a clock's, when somebody asks. Guarded by the disk's lock.
 */
final class PageCacheShare {
  /** Uses, the fill among them, from which on a slot is worth keeping in memory too. */
  private static final int WORTH_KEEPING = 3;

  /** So many that were used again the hand passes at most, to hold the lock for microseconds. */
  private static final int PASSED_AT_ONCE = 1024;

  private final int mostSlots;
  private final BitSet leaving = new BitSet();

  /** Used in this round, and in the one before but not since. */
  private BitSet usedNow = new BitSet();

  private BitSet usedBefore = new BitSet();

  /** Used too seldom to stay, when last looked at. */
  private final BitSet seldom = new BitSet();

  /** In how many rounds a slot was used since it was filled; counted to what is worth keeping. */
  private byte[] rounds = new byte[64];

  /** May have pages there: used, and not named by {@link #nextToLeave} since. */
  private final BitSet staying = new BitSet();

  private int stayingSlots;

  /** Worth keeping, and used since the hand was there: it passes by once. */
  private final BitSet spared = new BitSet();

  private int hand;

  /**
   * @param mostSlots that may stay; {@link Integer#MAX_VALUE} leaves that to the kernel
   */
  PageCacheShare(int mostSlots) {
    this.mostSlots = mostSlots;
  }

  boolean isBounded() {
    return mostSlots < Integer.MAX_VALUE;
  }

  /** Whether some are to leave at once. */
  boolean isOverfull() {
    return stayingSlots > mostSlots;
  }

  /** How many may have pages there. An upper bound: the kernel may have taken some back. */
  int slots() {
    return stayingSlots;
  }

  /**
   * A slot was written, or nobody reads it any more for now.
   *
   * @param uses how often it was used lately
   */
  void used(int slot, int uses) {
    leaving.clear(slot);
    usedBefore.clear(slot);
    countRound(slot);
    boolean isWorthKeeping = uses >= WORTH_KEEPING || rounds[slot] >= WORTH_KEEPING;
    seldom.set(slot, !isWorthKeeping);
    spared.set(slot, isWorthKeeping);
    if (!staying.get(slot)) {
      staying.set(slot);
      stayingSlots++;
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

  /** Nobody wants a slot's bytes any more; its pages are there until they are let go of. */
  void emptied(int slot) {
    forgetUses(slot);
    leaving.set(slot);
  }

  /** Other bytes have taken the place of a slot's; the pages of those before left with them. */
  void filledAnew(int slot) {
    forgetUses(slot);
    left(slot);
  }

  private void forgetUses(int slot) {
    usedNow.clear(slot);
    usedBefore.clear(slot);
    if (slot < rounds.length) {
      rounds[slot] = 0;
    }
    spared.clear(slot);
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
    if (slot < 0 && isOverfull()) {
      slot = atHand();
    }
    if (slot < 0) {
      return SlotTable.NONE;
    }
    left(slot);
    return slot;
  }

  /** The next that was not used again since the hand was there. */
  private int atHand() {
    int slot = nextStaying();
    for (int i = 0; i < PASSED_AT_ONCE && spared.get(slot); i++) {
      spared.clear(slot);
      slot = nextStaying();
    }
    return slot;
  }

  private int nextStaying() {
    int slot = staying.nextSetBit(hand);
    if (slot < 0) {
      slot = staying.nextSetBit(0);
    }
    hand = slot + 1;
    return slot;
  }

  private void left(int slot) {
    leaving.clear(slot);
    spared.clear(slot);
    if (staying.get(slot)) {
      staying.clear(slot);
      stayingSlots--;
    }
  }
}
