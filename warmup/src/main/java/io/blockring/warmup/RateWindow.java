package io.blockring.warmup;

import java.util.concurrent.TimeUnit;

/** Bytes per second over the last ten seconds, in slots of one second. Not safe for threads. */
final class RateWindow {
  private static final int SLOTS = 10;
  private static final long SLOT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final WarmupClock clock;
  private final long startNanos;
  private final long[] bytes = new long[SLOTS];
  private long newestSlot;

  RateWindow(WarmupClock clock) {
    this.clock = clock;
    this.startNanos = clock.nanoTime();
  }

  void add(long count) {
    bytes[(int) (advance() % SLOTS)] += count;
  }

  /** Of the time covered: less than ten seconds in the beginning. */
  long bytesPerSecond() {
    long slot = advance();
    long sum = 0;
    for (long count : bytes) {
      sum += count;
    }
    long elapsedNanos = clock.nanoTime() - startNanos;
    long oldestSlot = Math.max(0, slot - SLOTS + 1);
    long coveredNanos = Math.max(SLOT_NANOS, elapsedNanos - oldestSlot * SLOT_NANOS);
    return (long) (sum * 1e9 / coveredNanos);
  }

  private long advance() {
    long slot = (clock.nanoTime() - startNanos) / SLOT_NANOS;
    for (long old = Math.max(newestSlot + 1, slot - SLOTS + 1); old <= slot; old++) {
      bytes[(int) (old % SLOTS)] = 0;
    }
    newestSlot = Math.max(newestSlot, slot);
    return newestSlot;
  }
}
