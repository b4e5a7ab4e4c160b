package io.blockring.client.peer;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets one read in twenty look aside, and a few more at once after a quiet time: in a cluster that
 * is slow all over, looking would only be more load. Safe for many threads.
 */
final class AsideBudget {
  private static final int READS_FOR_ONE = 20;
  private static final int MOST_AT_ONCE = 32;

  private final AtomicInteger reads = new AtomicInteger(MOST_AT_ONCE * READS_FOR_ONE);

  /** A read began. */
  void read() {
    if (reads.get() < MOST_AT_ONCE * READS_FOR_ONE) {
      reads.incrementAndGet();
    }
  }

  boolean allowsOne() {
    return reads.getAndUpdate(had -> had >= READS_FOR_ONE ? had - READS_FOR_ONE : had)
        >= READS_FOR_ONE;
  }
}
