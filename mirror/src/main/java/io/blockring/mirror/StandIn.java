package io.blockring.mirror;

import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.OriginException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What answers for a source region that cannot be asked: what a resolver knew, else what the copy
 * in the own bucket says of itself. Such an answer may be of a version that was replaced since the
 * source was last heard, so it is given for a limited time only; and that a key is gone it never
 * says.
 */
public final class StandIn {
  private final SourceRegion source;
  private final @Nullable OwnBucket own;
  private final Duration staleFor;
  private final LongAdder answers = new LongAdder();

  /**
   * @param own null for a mirror without a bucket of its own
   * @param staleFor how long after the source was last heard, here or by the node that replicates,
   *     it may be stood in for
   */
  public StandIn(SourceRegion source, @Nullable OwnBucket own, Duration staleFor) {
    this.source = source;
    this.own = own;
    this.staleFor = staleFor;
  }

  /** Whether the source did not answer a moment ago: whoever has another answer gives that. */
  public boolean isSourceDown() {
    return source.isDown();
  }

  /** Whether the source failed in a way, and for a time, in which it may be stood in for. */
  public boolean mayAnswer(OriginException.Kind failure) {
    return switch (failure) {
      case UNAVAILABLE, THROTTLED -> isWithinLimit();
      case NOT_FOUND, NO_BUCKET, CHANGED, DENIED, BROKEN -> false;
    };
  }

  /** Whether the source was heard lately enough. */
  public boolean isWithinLimit() {
    return source.unheard().compareTo(staleFor) <= 0;
  }

  /** Whether bytes may be nearer than at the source: then a key is not asked for with its bytes. */
  public boolean hasCopies() {
    return own != null;
  }

  /** What the own bucket says of a key; null when nothing. */
  public @Nullable ObjectMetadata recorded(String key, long deadlineNanos) {
    return own == null ? null : own.recorded(key, deadlineNanos);
  }

  /** An answer was given in the source's place. */
  public void answered() {
    answers.increment();
  }

  /** How many were. */
  public long answers() {
    return answers.sum();
  }
}
