package io.blockring.client.object;

import io.blockring.client.ReadException;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.BlockRange;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a reader does about a no: waits when the cluster or the bucket asks for that, and else turns
 * it into what readers catch.
 */
final class Patience {
  private static final int MOST_ATTEMPTS = 10;
  private static final long FIRST_PAUSE_MILLIS = 25;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private Patience() {}

  /**
   * Returns when it is time to ask again.
   *
   * @param attempt that got the answer, counted from 1
   * @throws ReadException the answer, when another attempt would not help or not be in time
   */
  static void await(int attempt, BlockRange range, Answer answer, ReadScope scope)
      throws ReadException {
    ReadException refusal = refusal(range, answer);
    long pause = pauseMillis(attempt, refusal);
    if (attempt == MOST_ATTEMPTS || pause < 0 || pause >= scope.remainingMillis()) {
      throw refusal;
    }
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refusal;
    }
  }

  /** How long to wait before asking again; negative when that would not help. */
  private static long pauseMillis(int attempt, ReadException refusal) {
    if (refusal.kind() != ReadException.Kind.BUSY
        && refusal.kind() != ReadException.Kind.THROTTLED) {
      return -1;
    }
    if (refusal.retryAfter().compareTo(LONGEST_WAIT) > 0) {
      return -1; // Whoever says so means it: a day's budget, a bucket that is closed for a while.
    }
    long most = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << attempt);
    return Math.max(
        Math.min(refusal.retryAfter().toMillis(), LONGEST_PAUSE_MILLIS),
        ThreadLocalRandom.current().nextLong(most));
  }

  /** What readers catch. */
  static ReadException refusal(BlockRange range, Answer answer) {
    return switch (answer) {
      case Answer.Complete complete -> unavailable(range + ": a source said all and sent less");
      case Answer.Absent absent -> unavailable(range + ": " + absent.reason());
      case Answer.Failed failed -> unavailable(failed.reason());
      case Answer.Changed changed ->
          new ReadException(ReadException.Kind.CHANGED, range + " is gone: " + changed.reason());
      case Answer.Busy busy ->
          new ReadException(
              ReadException.Kind.BUSY, range + ": " + busy.reason(), busy.retryAfter(), null);
      case Answer.OriginTrouble trouble ->
          new ReadException(
              switch (trouble.kind()) {
                case DENIED -> ReadException.Kind.DENIED;
                case THROTTLED -> ReadException.Kind.THROTTLED;
                case NOT_FOUND, CHANGED -> ReadException.Kind.CHANGED;
                case NO_BUCKET, UNAVAILABLE, BROKEN -> ReadException.Kind.UNAVAILABLE;
              },
              range + ": " + trouble.reason(),
              trouble.retryAfter(),
              null);
    };
  }

  private static ReadException unavailable(String reason) {
    return new ReadException(ReadException.Kind.UNAVAILABLE, reason);
  }
}
