package io.blockring.node.host;

import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.rate.TokenBucket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * One direction of a {@link Nic}. Readers are paced, never refused, and share what there is in the
 * order they ask. Work that nobody waits for gives way first: it goes on when half of the credit is
 * there, that is when readers leave some of the rate, or when it has waited for 100 ms, so that a
 * line which is always full starves nobody. Safe for many threads.
 */
public final class NicLine {
  /** Longer than timers are late. */
  private static final Duration CREDIT = Duration.ofMillis(20);

  private static final double READER_RESERVE = 0.5;
  private static final long LONGEST_YIELD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Waits that lie no further apart are one time of being full. */
  private static final long LULL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Each of many readers gets some in time, though a small stretch costs more for each byte. */
  private static final int STRETCH_WHEN_FULL = 64 * 1024;

  /** Without a limit: costs nothing. */
  static final NicLine FREE = new NicLine(0, System::nanoTime);

  private final long bytesPerSecond;
  private final LongSupplier nanoTime;
  private final TokenBucket bucket;
  private final LongAdder pausedNanos = new LongAdder();
  private volatile long fullSinceNanos;
  private volatile long fullNanos;

  /**
   * @param bytesPerSecond 0: no limit
   */
  NicLine(long bytesPerSecond, LongSupplier nanoTime) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
    this.bucket = new TokenBucket(() -> Math.max(1, bytesPerSecond), CREDIT, nanoTime);
    this.fullNanos = nanoTime.getAsLong() - 2 * LULL_NANOS;
  }

  public boolean isLimited() {
    return bytesPerSecond > 0;
  }

  /** How much is sent for one reader before others have their turn, at most {@code usual}. */
  public int stretchBytes(int usual) {
    return isLimited() && bucket.pauseNanos(0) > 0 ? Math.min(usual, STRETCH_WHEN_FULL) : usual;
  }

  /**
   * Whether to give way to readers before {@link #book}.
   *
   * @param askedNanos when this was asked first for these bytes
   * @return how long, then ask again; 0 for readers, and when it is time to book
   */
  public long yieldNanos(TrafficClass trafficClass, long askedNanos) {
    if (!isLimited() || isReader(trafficClass)) {
      return 0;
    }
    long left = LONGEST_YIELD_NANOS - (nanoTime.getAsLong() - askedNanos);
    return left <= 0 ? 0 : Math.min(left, bucket.pauseNanos(READER_RESERVE));
  }

  /**
   * Takes these bytes' part of the line.
   *
   * @return how long until they may move
   */
  public long book(int bytes) {
    if (!isLimited()) {
      return 0;
    }
    long wait = bucket.book(bytes);
    if (wait > 0) {
      pausedNanos.add(wait);
      long now = nanoTime.getAsLong();
      if (now - fullNanos > LULL_NANOS) {
        fullSinceNanos = now;
      }
      fullNanos = now;
    }
    return wait;
  }

  /**
   * Waits until bytes may move; for threads that may block.
   *
   * @throws InterruptedException when the waiting thread is; the bytes are booked or not
   */
  public void pass(TrafficClass trafficClass, int bytes) throws InterruptedException {
    if (!isLimited()) {
      return;
    }
    long asked = nanoTime.getAsLong();
    for (long yield = yieldNanos(trafficClass, asked);
        yield > 0;
        yield = yieldNanos(trafficClass, asked)) {
      TimeUnit.NANOSECONDS.sleep(yield);
    }
    TimeUnit.NANOSECONDS.sleep(book(bytes));
  }

  /** For how long there has been more to move than may be; zero when there is not. */
  public Duration fullFor() {
    long now = nanoTime.getAsLong();
    return now - fullNanos > LULL_NANOS ? Duration.ZERO : Duration.ofNanos(now - fullSinceNanos);
  }

  /** How long bytes were held back since the start, all readers together. */
  public long pausedNanos() {
    return pausedNanos.sum();
  }

  private static boolean isReader(TrafficClass trafficClass) {
    return switch (trafficClass) {
      case READ, READ_AHEAD -> true;
      case REPAIR, WARM_UP, MIRROR, SCRUB -> false;
    };
  }
}
