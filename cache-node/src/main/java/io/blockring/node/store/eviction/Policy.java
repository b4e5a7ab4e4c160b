package io.blockring.node.store.eviction;

import java.util.List;

/**
 * What an order of eviction can be set to.
 *
 * @param windowPercent share of the entries for newcomers, which are in order of last use: 100 is
 *     LRU, 1 leaves nearly all to what has proved itself
 * @param margin by how many uses a newcomer must lead the one it would replace: above 0 a loop
 *     larger than the store keeps what it has instead of replacing it by its like
 */
record Policy(int windowPercent, int margin) {
  /** From trusting the last use to distrusting all newcomers. The first is where a store starts. */
  static final List<Policy> ALL =
      List.of(
          new Policy(100, 0),
          new Policy(50, 0),
          new Policy(20, 0),
          new Policy(1, 0),
          new Policy(1, 1),
          new Policy(1, 2));

  /** Entries of the window among so many. */
  int window(int entries) {
    return Math.max(1, (int) ((long) entries * windowPercent / 100));
  }

  /** Entries that may be protected among so many. */
  int protectedEntries(int entries) {
    return (int) ((entries - window(entries)) * 4L / 5);
  }
}
