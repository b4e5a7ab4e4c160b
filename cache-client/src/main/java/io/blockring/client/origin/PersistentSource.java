package io.blockring.client.origin;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.CountedSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.BlockRange;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An origin that is asked again when it breaks off: from the first missing byte, with full jitter
 * between attempts, at most a few times and within the origin's {@link RetryBudget}, so that a
 * bucket in trouble is not stormed. Refusals that another attempt cannot change are passed on at
 * once.
 */
public final class PersistentSource implements BlockSource {
  private static final int MOST_ATTEMPTS = 5;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final BlockSource origin;
  private final RetryBudget retries;

  /**
   * @param retries the origin's own
   */
  public PersistentSource(BlockSource origin, RetryBudget retries) {
    this.origin = origin;
    this.retries = retries;
  }

  @Override
  public Answer read(BlockRange range, ByteSink sink, ReadScope scope) throws IOException {
    CountedSink counted = new CountedSink(sink);
    for (int attempt = 1; ; attempt++) {
      Answer answer = origin.read(range.after((int) counted.delivered()), counted, scope);
      if (counted.delivered() == range.length()) {
        return new Answer.Complete();
      }
      if (!(answer instanceof Answer.OriginTrouble trouble)
          || !isWorthAnother(trouble)
          || attempt == MOST_ATTEMPTS
          || !retries.mayRetry()) {
        return answer;
      }
      long pause = pauseMillis(attempt, trouble);
      if (pause >= scope.remainingMillis() || !slept(pause)) {
        return answer;
      }
    }
  }

  private static boolean isWorthAnother(Answer.OriginTrouble trouble) {
    return switch (trouble.kind()) {
      case THROTTLED, UNAVAILABLE, BROKEN -> true;
      case NOT_FOUND, NO_BUCKET, CHANGED, DENIED -> false;
    };
  }

  private static long pauseMillis(int attempt, Answer.OriginTrouble trouble) {
    long most = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << attempt);
    return Math.max(trouble.retryAfter().toMillis(), ThreadLocalRandom.current().nextLong(most));
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
