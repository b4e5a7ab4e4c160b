package io.blockring.benchmarks.ring;

import io.blockring.ring.RingMember;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.SplittableRandom;

/**
 * CPU time of this thread, the least of several runs: wall time on a shared machine measures the
 * neighbours.
 */
final class Stopwatch {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int LOOKUPS = 1 << 22;
  private static final int LOOKUP_RUNS = 12;
  private static final long RUNS_NANOS = 1_500_000_000L;

  /** Keeps results alive. */
  @SuppressWarnings("unused")
  private static volatile long sink;

  private Stopwatch() {}

  /** Runs the work five times, short work for 1.5 s of CPU; returns the least, in milliseconds. */
  static double leastMillis(Runnable work) {
    long least = Long.MAX_VALUE;
    long spent = 0;
    for (int run = 0; run < 5 || (spent < RUNS_NANOS && run < 200); run++) {
      long nanos = nanosOf(work);
      least = Math.min(least, nanos);
      spent += nanos;
    }
    return least / 1e6;
  }

  /** Look-ups whose hashes are known in advance, so that their loads overlap. */
  static double throughputNanos(Algorithm.Table table) {
    long[] hashes = new SplittableRandom(1).longs(1 << 16).toArray();
    return leastNanosPerLookup(lookups -> throughput(table, hashes, lookups));
  }

  /** Each hash is mixed from the last result, which costs some 4 ns of its own, included. */
  static double dependentNanos(Algorithm.Table table) {
    return leastNanosPerLookup(lookups -> dependent(table, lookups));
  }

  private static long throughput(Algorithm.Table table, long[] hashes, int lookups) {
    long sum = 0;
    for (int lookup = 0; lookup < lookups; lookup++) {
      sum += table.ownerOf(hashes[lookup & (hashes.length - 1)]);
    }
    return sum;
  }

  private static long dependent(Algorithm.Table table, int lookups) {
    long hash = 1;
    for (int lookup = 0; lookup < lookups; lookup++) {
      hash = Hashing.mix(hash + 0x9E3779B97F4A7C15L * (1 + table.ownerOf(hash)));
    }
    return hash;
  }

  private interface Lookups {
    long run(int lookups);
  }

  private static double leastNanosPerLookup(Lookups work) {
    // Slow algorithms get fewer look-ups: about a tenth of a second each run.
    long[] probe = {0};
    long nanos = nanosOf(() -> probe[0] = work.run(1 << 12));
    int lookups = Math.clamp((1L << 12) * 100_000_000 / Math.max(1, nanos), 1 << 12, LOOKUPS);
    long least = Long.MAX_VALUE;
    for (int run = 0; run < LOOKUP_RUNS; run++) {
      least = Math.min(least, nanosOf(() -> probe[0] += work.run(lookups)));
    }
    sink = probe[0];
    return (double) least / lookups;
  }

  private static long nanosOf(Runnable work) {
    long start = THREADS.getCurrentThreadCpuTime();
    work.run();
    return THREADS.getCurrentThreadCpuTime() - start;
  }

  /** Builds once and keeps the result from being optimised away. */
  static void build(Algorithm algorithm, List<RingMember> members) {
    sink = algorithm.of(members).bytes();
  }
}
