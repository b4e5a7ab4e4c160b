package io.blockring.mirror;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.Copies;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginSource;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A mirror's own bucket as a rung. It never has the last word: what it lacks, has of another
 * version, or does not say in time, the source region is asked for, from the first missing byte.
 */
public final class OwnBucket implements BlockSource {
  /** So long a missing copy is not asked for again, unless the replicator says that it copied. */
  static final Duration MISSING_FOR = Duration.ofSeconds(10);

  private static final int MOST_MISSING = 10_000;

  /** So many refusals in a row are of the bucket, not of one object. */
  private static final int REFUSALS = 3;

  private final Copies copies;
  private final Breaker breaker;
  private final Duration patience;
  private final Semaphore turns;
  private final Cache<Version, Boolean> missing;
  private final AtomicInteger refusals = new AtomicInteger();

  /**
   * @param copies set up with short waits: it is asked once, and given up soon
   * @param patience how long the bucket may take: a reader with less time says nothing about it
   * @param most reads at once; the others wait here, and learn here when the bucket is left alone
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  public OwnBucket(
      Copies copies, Breaker breaker, Duration patience, int most, LongSupplier nanoTime) {
    this.copies = copies;
    this.breaker = breaker;
    this.patience = patience;
    this.turns = new Semaphore(most);
    this.missing =
        Caffeine.newBuilder()
            .maximumSize(MOST_MISSING)
            .expireAfterWrite(MISSING_FOR)
            .ticker(nanoTime::getAsLong)
            .build();
  }

  /** Copies may have arrived: what was missing is asked for again. */
  public void forgetMissing() {
    missing.invalidateAll();
  }

  public Breaker breaker() {
    return breaker;
  }

  @Override
  public Answer read(BlockRange range, ByteSink sink, ReadScope scope) throws IOException {
    Version version = range.version();
    if (missing.getIfPresent(version) != null) {
      return new Answer.Absent("gave no copy of " + version + " a moment ago");
    }
    boolean isProbe = breaker.isOpen();
    if (!breaker.mayAsk()) {
      return leftAlone();
    }
    try {
      if (!turns.tryAcquire(scope.remainingMillis(), TimeUnit.MILLISECONDS)) {
        return new Answer.Failed("no turn before the deadline");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Failed("interrupted while waiting for a turn");
    }
    try {
      // Asked again: a bucket that hangs costs the readers before this one their wait, not this.
      return isProbe || breaker.mayAsk() ? ask(range, sink, scope) : leftAlone();
    } finally {
      turns.release();
    }
  }

  private Answer ask(BlockRange range, ByteSink sink, ReadScope scope) throws IOException {
    Version version = range.version();
    Blame blame = Blame.from(patience, scope.deadlineNanos());
    long offset = (long) range.blockIndex() * version.blockBytes() + range.offset();
    ObjectMetadata wanted = new ObjectMetadata(version.identity(), version.size(), 0, "", "");
    try (Origin.Body body =
        copies.getRange(
            version.name().key(), wanted, offset, range.length(), scope.deadlineNanos())) {
      Answer answer = OriginSource.pour(body, range.length(), sink, Rung.ORIGIN);
      if (answer instanceof Answer.Complete) {
        answered();
        return answer;
      }
      return failed(
          answer instanceof Answer.OriginTrouble t ? t.reason() : answer.toString(),
          blame.isBuckets());
    } catch (OriginException e) {
      return refused(version, e, blame);
    }
  }

  private Answer refused(Version version, OriginException e, Blame blame) {
    String reason = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case NOT_FOUND, CHANGED -> {
        answered();
        missing.put(version, true);
        yield new Answer.Absent(reason);
      }
      case DENIED, BROKEN -> {
        missing.put(version, true);
        yield failed(reason, refusals.incrementAndGet() >= REFUSALS);
      }
      case NO_BUCKET, THROTTLED, UNAVAILABLE -> failed(reason, blame.isBuckets(e));
    };
  }

  private void answered() {
    refusals.set(0);
    breaker.succeeded();
  }

  private Answer leftAlone() {
    return new Answer.Failed("left alone for a while after " + breaker.reason());
  }

  private Answer failed(String reason, boolean isBuckets) {
    if (isBuckets) {
      breaker.failed(reason);
    }
    return new Answer.Failed(reason);
  }

  /**
   * The source's metadata of the version that is copied here, whether it is still current or not.
   *
   * @return null when there is no copy, or the bucket does not say
   */
  public @Nullable ObjectMetadata recorded(String key, long deadlineNanos) {
    if (!breaker.mayAsk()) {
      return null;
    }
    Blame blame = Blame.from(patience, deadlineNanos);
    try {
      ObjectMetadata copied = copies.head(key, deadlineNanos);
      answered();
      return copied;
    } catch (OriginException e) {
      boolean isRefusal =
          e.kind() == OriginException.Kind.DENIED || e.kind() == OriginException.Kind.BROKEN;
      failed(
          String.valueOf(e.getMessage()),
          isRefusal ? refusals.incrementAndGet() >= REFUSALS : blame.isBuckets(e));
      return null;
    }
  }
}
