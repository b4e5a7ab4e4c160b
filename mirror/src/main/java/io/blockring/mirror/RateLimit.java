package io.blockring.mirror;

import java.util.concurrent.TimeUnit;

/** Spaces bytes out in time, over all threads together. */
final class RateLimit {
  private static final double NANOS = 1e9;

  private final long bytesPerSecond;
  private long freeNanos = System.nanoTime(); // guarded by this

  RateLimit(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Returns when this many bytes may move. */
  void take(long bytes) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(book(bytes, System.nanoTime()));
  }

  /** How long to wait for what is asked at this moment; an unused second is no credit. */
  synchronized long book(long bytes, long nowNanos) {
    long start = Math.max(freeNanos, nowNanos);
    freeNanos = start + (long) (bytes * NANOS / bytesPerSecond);
    return start - nowNanos;
  }
}
