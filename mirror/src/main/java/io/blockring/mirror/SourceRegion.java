package io.blockring.mirror;

import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ObjectChecksum;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.RetryBudget;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bucket behind a mirror's own, and when it was last heard. It is always asked by who has no
 * other way; {@link #isDown} tells the others when not to wait for it.
 */
public final class SourceRegion implements Origin {
  private final Origin source;
  private final Breaker breaker;
  private final Duration patience;
  private final LongSupplier nanoTime;
  private final AtomicLong heardNanos;

  /** The same place, asked in another way. */
  private SourceRegion(Origin source, SourceRegion like) {
    this.source = source;
    this.breaker = like.breaker;
    this.patience = like.patience;
    this.nanoTime = like.nanoTime;
    this.heardNanos = like.heardNanos;
  }

  /**
   * @param patience how long a question about metadata may take; what moves bytes has the origin's
   *     own limits
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  public SourceRegion(Origin source, Breaker breaker, Duration patience, LongSupplier nanoTime) {
    this.source = source;
    this.breaker = breaker;
    this.patience = patience;
    this.nanoTime = nanoTime;
    this.heardNanos = new AtomicLong(nanoTime.getAsLong());
  }

  /**
   * Whether it did not answer a moment ago. Now and then says no although it did not, to let one
   * caller find out.
   */
  public boolean isDown() {
    return !breaker.mayAsk();
  }

  public Breaker breaker() {
    return breaker;
  }

  /** Another node heard it this long ago, by its clock; a time yet to come counts as now. */
  public void heardElsewhere(Duration ago) {
    long heard = nanoTime.getAsLong() - Math.max(0, ago.toNanos());
    heardNanos.accumulateAndGet(heard, (old, told) -> told - old > 0 ? told : old);
  }

  /**
   * How long nothing has been heard from it, here or by the node that replicates; counts from the
   * start of this process at most.
   */
  public Duration unheard() {
    return Duration.ofNanos(nanoTime.getAsLong() - heardNanos.get());
  }

  @Override
  public Origin askedFor(Supplier<TrafficClass> trafficClass) {
    Origin asked = source.askedFor(trafficClass);
    return asked == source ? this : new SourceRegion(asked, this);
  }

  @Override
  public ObjectMetadata head(String key, long deadlineNanos) throws OriginException {
    return watched(deadlineNanos, () -> source.head(key, sooner(deadlineNanos)));
  }

  @Override
  public Body getFirst(String key, int maxBytes, long deadlineNanos) throws OriginException {
    return watched(deadlineNanos, () -> source.getFirst(key, maxBytes, deadlineNanos));
  }

  @Override
  public Body getRange(
      String key, Identity identity, long size, long offset, int length, long deadlineNanos)
      throws OriginException {
    return watched(
        deadlineNanos, () -> source.getRange(key, identity, size, offset, length, deadlineNanos));
  }

  @Override
  public ListPage list(
      String prefix, String delimiter, @Nullable String startAfter, int maxKeys, long deadlineNanos)
      throws OriginException {
    return watched(
        deadlineNanos, () -> source.list(prefix, delimiter, startAfter, maxKeys, deadlineNanos));
  }

  @Override
  public String md5(String key, long deadlineNanos) throws OriginException {
    return watched(deadlineNanos, () -> source.md5(key, sooner(deadlineNanos)));
  }

  @Override
  public @Nullable ObjectChecksum checksum(String key, Identity identity, long deadlineNanos)
      throws OriginException {
    return watched(deadlineNanos, () -> source.checksum(key, identity, sooner(deadlineNanos)));
  }

  @Override
  public RetryBudget retries() {
    return source.retries();
  }

  @Override
  public void close() {
    source.close();
  }

  private long sooner(long deadlineNanos) {
    long own = System.nanoTime() + patience.toNanos();
    return own - deadlineNanos < 0 ? own : deadlineNanos;
  }

  private interface Question<A extends @Nullable Object> {
    A ask() throws OriginException;
  }

  private <A extends @Nullable Object> A watched(long deadlineNanos, Question<A> question)
      throws OriginException {
    Blame blame = Blame.from(patience, deadlineNanos);
    try {
      A answer = question.ask();
      heard();
      return answer;
    } catch (OriginException e) {
      switch (e.kind()) {
        // A refusal is an answer: nothing stands in for a source that says no.
        case NOT_FOUND, CHANGED, NO_BUCKET, DENIED, BROKEN -> heard();
        case THROTTLED, UNAVAILABLE -> {
          if (blame.isBuckets(e)) {
            breaker.failed(String.valueOf(e.getMessage()));
          }
        }
      }
      throw e;
    }
  }

  private void heard() {
    heardNanos.set(nanoTime.getAsLong());
    breaker.succeeded();
  }
}
