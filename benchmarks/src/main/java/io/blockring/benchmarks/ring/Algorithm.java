package io.blockring.benchmarks.ring;

import io.blockring.ring.RingMember;
import java.util.List;

/** A way to place hashes on members. */
interface Algorithm {

  String name();

  Table of(List<RingMember> members);

  /**
   * How many evenly spaced hashes show the loads; the number of entries where there is a table, so
   * that loads are exact.
   */
  int loadPositions();

  /** How many evenly spaced hashes show what moves. */
  default int movementPositions() {
    return loadPositions();
  }

  /** Whether evenly spaced hashes see everything, so that figures have no noise of their own. */
  default boolean isExact() {
    return true;
  }

  /** One set of members, placed. */
  interface Table {

    /** Index of the owner in {@link #members}. */
    int ownerOf(long hash);

    List<RingMember> members();

    /** Memory that grows with members or slots, computed from the sizes of the arrays. */
    long bytes();
  }
}
