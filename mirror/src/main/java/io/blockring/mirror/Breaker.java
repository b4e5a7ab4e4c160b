package io.blockring.mirror;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Leaves a bucket alone that has just failed, so that one failure is waited for and not one for
 * each reader. Opens with the first failure; while it is open, one question after each pause goes
 * through, and its answer decides. Each probe that fails doubles the pause. Safe for many threads.
 */
public final class Breaker {
  private final long firstPauseNanos;
  private final long longestPauseNanos;
  private final LongSupplier nanoTime;
  // All below: guarded by this.
  private boolean isOpen;
  private boolean isProbing;
  private long pauseNanos;
  private long nextProbeNanos;
  private long openings;
  private String reason = "";

  /**
   * @param firstPause between the first failure and the first probe
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  public Breaker(Duration firstPause, Duration longestPause, LongSupplier nanoTime) {
    this.firstPauseNanos = firstPause.toNanos();
    this.longestPauseNanos = longestPause.toNanos();
    this.nanoTime = nanoTime;
  }

  /**
   * Whether the caller may ask the bucket now. While it is open that makes the caller the probe:
   * who does not tell how it went makes the next one wait for another pause.
   */
  public synchronized boolean mayAsk() {
    if (!isOpen) {
      return true;
    }
    long now = nanoTime.getAsLong();
    if (now - nextProbeNanos < 0) {
      return false;
    }
    isProbing = true;
    nextProbeNanos = now + pauseNanos;
    return true;
  }

  /** The bucket answered, whatever it said. */
  public synchronized void succeeded() {
    isOpen = false;
    isProbing = false;
  }

  /** The bucket did not answer as a bucket does. */
  public synchronized void failed(String why) {
    long now = nanoTime.getAsLong();
    reason = why;
    if (!isOpen) {
      isOpen = true;
      openings++;
      pauseNanos = firstPauseNanos;
      nextProbeNanos = now + pauseNanos;
    } else if (isProbing) {
      isProbing = false;
      pauseNanos = Math.min(2 * pauseNanos, longestPauseNanos);
      nextProbeNanos = now + pauseNanos;
    }
  }

  /** Whether it leaves the bucket alone, but for a probe now and then. */
  public synchronized boolean isOpen() {
    return isOpen;
  }

  /** How often it opened. */
  public synchronized long openings() {
    return openings;
  }

  /** The last failure; empty when there was none yet. */
  public synchronized String reason() {
    return reason;
  }
}
