package io.blockring.client.origin.s3;

import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLimiter.Permit;
import io.blockring.client.origin.OriginLimiter.Verdict;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One request that was answered and is not over yet: its turn is given back, and its outcome
 * counted, exactly once, by whichever of the three ends comes first.
 */
final class Exchange<A> {
  private final A answer;
  private final Permit permit;
  private final OriginCounters counters;
  private final AtomicBoolean isOver = new AtomicBoolean();

  Exchange(A answer, Permit permit, OriginCounters counters) {
    this.answer = answer;
    this.permit = permit;
    this.counters = counters;
  }

  A answer() {
    return answer;
  }

  void succeeded() {
    if (isOver.compareAndSet(false, true)) {
      counters.countSuccess();
      permit.release(Verdict.SUCCEEDED);
    }
  }

  void failed(Kind kind) {
    if (isOver.compareAndSet(false, true)) {
      counters.countFailure(kind);
      permit.release(kind == Kind.THROTTLED ? Verdict.THROTTLED : Verdict.NEUTRAL);
    }
  }

  void abandoned() {
    if (isOver.compareAndSet(false, true)) {
      counters.countAbandoned();
      permit.release(Verdict.NEUTRAL);
    }
  }
}
