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

  private final Copies copies;
  private final Breaker breaker;
  private final Cache<Version, Boolean> missing;

  /**
   * @param copies set up with short waits: it is asked once, and given up soon
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  public OwnBucket(Copies copies, Breaker breaker, LongSupplier nanoTime) {
    this.copies = copies;
    this.breaker = breaker;
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
      return new Answer.Absent("had no copy of " + version + " a moment ago");
    }
    if (!breaker.mayAsk()) {
      return new Answer.Failed("left alone for a while after " + breaker.reason());
    }
    long offset = (long) range.blockIndex() * version.blockBytes() + range.offset();
    ObjectMetadata wanted = new ObjectMetadata(version.identity(), version.size(), 0, "", "");
    try (Origin.Body body =
        copies.getRange(
            version.name().key(), wanted, offset, range.length(), scope.deadlineNanos())) {
      Answer answer = OriginSource.pour(body, range.length(), sink, Rung.ORIGIN);
      if (answer instanceof Answer.Complete) {
        breaker.succeeded();
        return answer;
      }
      return failed(answer instanceof Answer.OriginTrouble t ? t.reason() : answer.toString());
    } catch (OriginException e) {
      return refused(version, e);
    }
  }

  private Answer refused(Version version, OriginException e) {
    String reason = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case NOT_FOUND, CHANGED -> {
        breaker.succeeded();
        missing.put(version, true);
        yield new Answer.Absent(reason);
      }
      case NO_BUCKET, DENIED, THROTTLED, UNAVAILABLE, BROKEN -> failed(reason);
    };
  }

  private Answer failed(String reason) {
    breaker.failed(reason);
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
    try {
      ObjectMetadata copied = copies.head(key, deadlineNanos);
      breaker.succeeded();
      return copied;
    } catch (OriginException e) {
      breaker.failed(String.valueOf(e.getMessage()));
      return null;
    }
  }
}
