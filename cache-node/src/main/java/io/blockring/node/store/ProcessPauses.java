package io.blockring.node.store;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When this process as a whole stood still: stopped, collecting garbage, or its machine moved. What
 * takes long then says nothing of a disk. Known by one thread that looks regularly and came too
 * late; by others even before it has. Safe for many threads.
 */
final class ProcessPauses {
  /** Between two looks. */
  static final Duration REGULAR = Duration.ofMillis(100);

  private static final long LATE_NANOS = REGULAR.plusMillis(50).toNanos();

  private final LongSupplier nanoTime;
  private volatile int count;
  private volatile long lookedNanos;

  /**
   * @param nanoTime a monotonic clock
   */
  ProcessPauses(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lookedNanos = nanoTime.getAsLong();
  }

  /**
   * On the one thread that looks, after a pause of {@link #REGULAR}.
   *
   * @return whether it came too late
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread only
  boolean look() {
    boolean isLate = isLate();
    if (isLate) {
      count++;
    }
    // After the count: who finds this look in time finds the pause before it counted.
    lookedNanos = nanoTime.getAsLong();
    return isLate;
  }

  /** A point in time, for {@link #hasBeenOneSince}. */
  int mark() {
    return count;
  }

  /** Whether the process may have paused since then. */
  boolean hasBeenOneSince(int mark) {
    return isLate() || count != mark;
  }

  private boolean isLate() {
    return nanoTime.getAsLong() - lookedNanos > LATE_NANOS;
  }
}
