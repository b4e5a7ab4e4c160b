package io.blockring.client.origin;

import java.util.function.LongSupplier;

/**
 * How much of what failed may be asked again: one question in ten, and ten a second, so that a few
 * failures of a quiet origin are mended. What is not used is saved for ten seconds. Beyond it an
 * error is passed on at once: an origin in trouble is not asked more because it is. Safe for many
 * threads.
 */
public final class RetryBudget {
  private static final double PER_QUESTION = 0.1;
  private static final double PER_SECOND = 10;
  private static final double MOST_SAVED = 100;

  private final LongSupplier nanoTime;
  // Both: only under this object's monitor.
  private double saved = MOST_SAVED;
  private long savedNanos;

  /**
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  public RetryBudget(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.savedNanos = nanoTime.getAsLong();
  }

  /** A question is asked for the first time. */
  public synchronized void asked() {
    saved = Math.min(MOST_SAVED, saved + PER_QUESTION);
  }

  /** Whether a question may be asked once more; it is to be asked then. */
  public synchronized boolean mayRetry() {
    long now = nanoTime.getAsLong();
    saved = Math.min(MOST_SAVED, saved + (now - savedNanos) / 1e9 * PER_SECOND);
    savedNanos = now;
    if (saved < 1) {
      return false;
    }
    saved--;
    return true;
  }
}
