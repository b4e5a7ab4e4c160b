package io.blockring.demo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for what other processes do: a condition and a deadline, never a length of time. */
public final class Await {
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** What is waited for. */
  public interface Condition {
    /**
     * @return null when it holds; else what is missing, for the message at the deadline
     */
    @Nullable String missing() throws InterruptedException;
  }

  private Await() {}

  /**
   * Returns as soon as the condition holds.
   *
   * @param what for the message, like "node-1 is ready"
   * @throws IllegalStateException at the deadline, with what was missing last
   */
  public static void until(String what, Duration within, Condition condition)
      throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      String missing = condition.missing();
      if (missing == null) {
        return;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting until " + what);
      }
      if (System.nanoTime() - start > within.toNanos()) {
        throw new IllegalStateException(
            "not within " + within.toMillis() + " ms: " + what + "; " + missing);
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }
}
