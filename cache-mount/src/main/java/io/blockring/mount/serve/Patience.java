package io.blockring.mount.serve;

import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;

/**
 * Asks again where that may help: a program that reads a file knows no "try again later". As long
 * as the deadline allows when the cluster or the bucket asks for less; a few times when nobody
 * answered, because who is alive may be known better by then.
 */
final class Patience {
  private static final int MOST_UNAVAILABLE = 4;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;

  /** Something that may fail for a while. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws ReadException;
  }

  private Patience() {}

  static <T> T ask(ReadScope scope, Question<T> question) throws Refusal {
    int unavailable = 0;
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      try {
        return question.ask();
      } catch (ReadException e) {
        boolean mayHelp =
            switch (e.kind()) {
              case THROTTLED, BUSY -> true;
              case UNAVAILABLE -> ++unavailable < MOST_UNAVAILABLE;
              case NOT_FOUND, CHANGED, DENIED -> false;
            };
        long wait = Math.max(pause, Math.min(e.retryAfter().toMillis(), LONGEST_PAUSE_MILLIS));
        if (!mayHelp || wait >= scope.remainingMillis() || !slept(wait)) {
          throw Refusal.of(e);
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      }
    }
  }

  private static boolean slept(long millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
