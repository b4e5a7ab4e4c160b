package io.blockring.mirror;

import io.blockring.client.origin.OriginException;
import java.time.Duration;

/**
 * Whose a question's failure is: the bucket's, or of a caller who left or had no time. Only the
 * bucket's may open a breaker, as an open one changes what everybody is answered.
 *
 * @param patienceEndNanos from when on silence is the bucket's fault
 * @param deadlineNanos when the caller gives up
 */
record Blame(long patienceEndNanos, long deadlineNanos) {

  /** For a question that is asked now. */
  static Blame from(Duration patience, long deadlineNanos) {
    return new Blame(System.nanoTime() + patience.toNanos(), deadlineNanos);
  }

  /** Whether the bucket failed; to be asked on the thread that asked the bucket. */
  boolean isBuckets(OriginException e) {
    return e.isOfOrigin() && isBuckets();
  }

  /** Of a failure that names no exception. */
  boolean isBuckets() {
    boolean isTooShort = deadlineNanos - patienceEndNanos < 0;
    return !Thread.currentThread().isInterrupted()
        && !(isTooShort && System.nanoTime() - deadlineNanos >= 0);
  }
}
