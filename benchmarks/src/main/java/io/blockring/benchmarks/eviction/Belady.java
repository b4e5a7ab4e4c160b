package io.blockring.benchmarks.eviction;

import java.util.Arrays;
import java.util.TreeSet;

/**
 * The best that any order of eviction could do: what is read again last goes, and does not come in
 * when that is the newcomer (Belady, 1966; for blocks of one size).
 */
final class Belady {
  private static final long NOT_HELD = -1;

  private Belady() {}

  static Outcome of(Trace trace, int capacity) {
    int[] reads = trace.reads();
    int[] nextRead = nextReads(trace);
    long[] held = new long[trace.blocks()];
    Arrays.fill(held, NOT_HELD);
    // By the next read, the block in the lower bits.
    TreeSet<Long> byNextRead = new TreeSet<>();
    Outcome.Tally tally = new Outcome.Tally();
    for (int i = 0; i < reads.length; i++) {
      int block = reads[i];
      long entry = (long) nextRead[i] << Integer.SIZE | block;
      boolean isHit = held[block] != NOT_HELD;
      if (isHit) {
        byNextRead.remove(held[block]);
      } else if (byNextRead.size() >= capacity && byNextRead.last() > entry) {
        held[(int) (long) byNextRead.removeLast()] = NOT_HELD;
      }
      boolean isKept = byNextRead.size() < capacity;
      if (isKept) {
        byNextRead.add(entry);
        held[block] = entry;
      }
      tally.count(trace.bytes()[block], isHit, isKept);
    }
    return tally.outcome();
  }

  private static int[] nextReads(Trace trace) {
    int[] next = new int[trace.reads().length];
    int[] seen = new int[trace.blocks()];
    Arrays.fill(seen, Integer.MAX_VALUE);
    for (int i = next.length - 1; i >= 0; i--) {
      next[i] = seen[trace.reads()[i]];
      seen[trace.reads()[i]] = i;
    }
    return next;
  }
}
