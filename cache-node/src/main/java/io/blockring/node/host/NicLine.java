package io.blockring.node.host;

import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.rate.TokenBucket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * One direction of a {@link Nic}. Readers are paced, never refused, and share what there is in the
 * order they ask, in stretches that are the smaller the longer they wait, so that each gets some
 * long before it takes the node for dead. Work that nobody waits for gives way first: it goes on
 * when half of the credit is there, that is when readers leave some of the rate, or when it has
 * waited for 100 ms, so that a line which is always full starves nobody. Safe for many threads.
 */
public final class NicLine {
  /** Longer than timers are late. */
  private static final Duration CREDIT = Duration.ofMillis(20);

  private static final double READER_RESERVE = 0.5;
  private static final long LONGEST_YIELD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Waits that lie no further apart are one time of being full. */
  private static final long LULL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Who waits for a joint fill may be a reader by then. */
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** A fifth of the silence after which a reader gives a node up. */
  private static final long LONG_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  // Each of many readers gets some in time, though a small stretch costs more for each byte.
  private static final int STRETCH_WHEN_FULL = 64 * 1024;
  private static final int STRETCH_AFTER_LONG_WAIT = 16 * 1024;
  private static final int LEAST_STRETCH = 4 * 1024;

  /** Smaller pieces are booked together: a body comes in many. */
  private static final int LEAST_PIECE = 64 * 1024;

  /** Without a limit: costs nothing. */
  static final NicLine FREE = new NicLine(0, System::nanoTime);

  private final long bytesPerSecond;
  private final LongSupplier nanoTime;
  private final TokenBucket bucket;
  private final LongAdder pausedNanos = new LongAdder();
  private final AtomicInteger passedUnbooked = new AtomicInteger();
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
    long wait = isLimited() ? bucket.pauseNanos(0) : 0;
    return wait == 0 ? usual : Math.min(usual, stretchAfter(wait));
  }

  private static int stretchAfter(long waitNanos) {
    if (waitNanos <= LONG_WAIT_NANOS) {
      return STRETCH_WHEN_FULL;
    }
    return waitNanos <= 2 * LONG_WAIT_NANOS ? STRETCH_AFTER_LONG_WAIT : LEAST_STRETCH;
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
   * Gives way to readers, once for a block and before anything is held for it; for threads that may
   * block. Returns at once for readers, and soon when one joins.
   *
   * @param forWhom the bytes will move; asked again while this waits
   */
  public void giveWay(Supplier<TrafficClass> forWhom) throws InterruptedException {
    long asked = nanoTime.getAsLong();
    for (long yield = yieldNanos(forWhom.get(), asked);
        yield > 0;
        yield = yieldNanos(forWhom.get(), asked)) {
      TimeUnit.NANOSECONDS.sleep(Math.min(yield, LOOK_AGAIN_NANOS));
    }
  }

  /**
   * Books bytes and waits until they may move, a stretch at a time; for threads that may block.
   * What is too little to be booked by itself the next ones book.
   *
   * @throws InterruptedException when the waiting thread is; the bytes are booked or not
   */
  public void pass(int bytes) throws InterruptedException {
    if (!isLimited() || passedUnbooked.addAndGet(bytes) < LEAST_PIECE) {
      return;
    }
    for (int left = passedUnbooked.getAndSet(0); left > 0; ) {
      int stretch = stretchBytes(left);
      TimeUnit.NANOSECONDS.sleep(book(stretch));
      left -= stretch;
    }
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
