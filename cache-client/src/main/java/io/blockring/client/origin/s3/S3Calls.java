package io.blockring.client.origin.s3;

import io.blockring.client.origin.Backoff;
import io.blockring.client.origin.DeadlineCall;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLimiter;
import io.blockring.client.origin.OriginLimiter.Permit;
import io.blockring.client.origin.OriginLimiter.Verdict;
import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.RetryBudget;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Asks a bucket one question: waits for a turn, asks, asks again when that may help, gives up at
 * the deadline. The SDK's own retries are off, so what is counted here is what the bucket sees.
 */
final class S3Calls {
  private static final Executor CALLS = call -> Thread.ofVirtual().name("origin-call").start(call);

  private final OriginLimiter limiter;
  private final OriginLimits limits;
  private final OriginCounters counters;
  private final Backoff backoff;
  private final RetryBudget retries;

  S3Calls(
      OriginLimiter limiter,
      OriginLimits limits,
      OriginCounters counters,
      Backoff backoff,
      RetryBudget retries) {
    this.retries = retries;
    this.limiter = limiter;
    this.limits = limits;
    this.counters = counters;
    this.backoff = backoff;
  }

  /**
   * A question.
   *
   * @param what method and address, for messages
   * @param send asks through the SDK; runs once per attempt
   * @param discard closes an answer that came too late
   * @param isPinned asks for one exact version, so that "not there" means changed
   */
  record Question<A>(String what, Callable<A> send, Consumer<A> discard, boolean isPinned) {}

  /** Returns the first answer; the caller ends the exchange. */
  <A> Exchange<A> ask(Question<A> question, long deadlineNanos) throws OriginException {
    retries.asked();
    for (int failures = 0; ; ) {
      Permit permit = limiter.acquire(deadlineNanos);
      try {
        return new Exchange<>(attempt(question, permit, deadlineNanos), permit, counters);
      } catch (OriginException e) {
        counters.countFailure(e.kind());
        failures++;
        if (!mayHelpToAskAgain(e.kind()) || failures >= limits.maxAttempts()) {
          throw e;
        }
        if (!retries.mayRetry()) {
          counters.countNotRetried();
          throw e;
        }
        pauseOrThrow(e, failures, deadlineNanos);
        counters.countRetry();
      }
    }
  }

  private <A> A attempt(Question<A> question, Permit permit, long deadlineNanos)
      throws OriginException {
    long now = System.nanoTime();
    long untilNanos = now + Math.min(deadlineNanos - now, limits.firstByteTimeout().toNanos());
    Runnable giveBack = () -> permit.release(Verdict.NEUTRAL);
    try {
      return DeadlineCall.run(CALLS, question.send(), question.discard(), giveBack, untilNanos);
    } catch (TimeoutException e) {
      // The permit stays with the abandoned call until that has let go of its connection.
      throw new OriginException(
          Kind.UNAVAILABLE,
          "%s: no answer within %d ms".formatted(question.what(), millis(untilNanos - now)),
          Duration.ZERO,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw OriginException.ofCaller(
          Kind.UNAVAILABLE, question.what() + ": interrupted", Duration.ZERO, e);
    } catch (ExecutionException e) {
      OriginException known = S3Errors.translate(question, e);
      permit.release(known.kind() == Kind.THROTTLED ? Verdict.THROTTLED : Verdict.NEUTRAL);
      throw known;
    }
  }

  private static boolean mayHelpToAskAgain(Kind kind) {
    return kind == Kind.UNAVAILABLE || kind == Kind.THROTTLED;
  }

  private void pauseOrThrow(OriginException failure, int failures, long deadlineNanos)
      throws OriginException {
    long pauseNanos = backoff.pauseNanos(failures, ThreadLocalRandom.current());
    pauseNanos = Math.max(pauseNanos, failure.retryAfter().toNanos());
    if (Thread.currentThread().isInterrupted() || pauseNanos >= deadlineNanos - System.nanoTime()) {
      throw failure;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(pauseNanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }

  private static long millis(long nanos) {
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos));
  }
}
