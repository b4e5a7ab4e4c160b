package io.blockring.node.store.eviction;

import java.util.Arrays;

/**
 * Where each entry is linked into which list of which share, and a small number that is kept for
 * its owner: 8 bytes an entry, shared by the orders of all shares, as an entry is in one of them.
 */
final class Links {
  static final int NONE = -1;

  /** Entries must be fewer. */
  static final int ENTRY_LIMIT = (1 << 24) - 1;

  /** Shares must be fewer. */
  static final int SHARE_LIMIT = 1 << 8;

  /** Marks must be smaller. */
  static final int MARK_LIMIT = 1 << 5;

  private static final int ENTRY_BITS = 24;
  private static final int ENTRY_MASK = ENTRY_LIMIT;
  private static final int LIST_MASK = 7 << ENTRY_BITS;
  private static final int MARK_SHIFT = 27;

  /** Towards the more lately used. Above it the list's number + 1, 0: in no list; then the mark. */
  private final int[] newer;

  /** Above it the share. */
  private final int[] older;

  Links(int entries) {
    if (entries > ENTRY_LIMIT) {
      throw new IllegalArgumentException(entries + " entries, at most " + ENTRY_LIMIT);
    }
    newer = new int[entries];
    older = new int[entries];
    Arrays.fill(newer, ENTRY_MASK);
  }

  int count() {
    return newer.length;
  }

  /** The list's number, or {@link #NONE}. */
  int list(int entry) {
    return ((newer[entry] & LIST_MASK) >>> ENTRY_BITS) - 1;
  }

  int newer(int entry) {
    return entryIn(newer[entry]);
  }

  int older(int entry) {
    return entryIn(older[entry]);
  }

  void setNewer(int entry, int list, int towards) {
    newer[entry] =
        newer[entry] & ~(LIST_MASK | ENTRY_MASK) | (list + 1) << ENTRY_BITS | towards & ENTRY_MASK;
  }

  void setOlder(int entry, int towards) {
    older[entry] = older[entry] & ~ENTRY_MASK | towards & ENTRY_MASK;
  }

  int share(int entry) {
    return older[entry] >>> ENTRY_BITS;
  }

  void setShare(int entry, int share) {
    older[entry] = older[entry] & ENTRY_MASK | share << ENTRY_BITS;
  }

  int mark(int entry) {
    return newer[entry] >>> MARK_SHIFT;
  }

  void setMark(int entry, int mark) {
    newer[entry] = newer[entry] & (LIST_MASK | ENTRY_MASK) | mark << MARK_SHIFT;
  }

  long memoryBytes() {
    return 2 * 16 + 8L * newer.length;
  }

  private static int entryIn(int word) {
    int entry = word & ENTRY_MASK;
    return entry == ENTRY_MASK ? NONE : entry;
  }
}
