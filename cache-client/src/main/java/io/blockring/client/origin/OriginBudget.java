package io.blockring.client.origin;

import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.rate.DayCount;
import io.blockring.client.rate.TokenBucket;
import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What one node may take from one mount's origin: bytes of a second and of a day (UTC), and how
 * much of both, and of the requests at once, is left to readers. Reads go before read-ahead,
 * read-ahead before everything else; who does not read waits until the readers' share would not be
 * touched.
 *
 * <p>A node has its share of the cluster's budget. Bytes are taken before a request and what did
 * not come is given back, so a day's limit is never exceeded.
 */
public final class OriginBudget {

  /**
   * For the whole cluster.
   *
   * @param bytesPerSecond 0 for no limit
   * @param bytesPerDay 0 for no limit
   * @param readerReserve percent that only readers may use, 0 to 90
   */
  public record Limits(long bytesPerSecond, long bytesPerDay, int readerReserve) {
    /** No limit on bytes; a quarter of the requests at once is the readers'. */
    public static final Limits NONE = new Limits(0, 0, 25);

    public Limits {
      if (bytesPerSecond < 0 || bytesPerDay < 0) {
        throw new IllegalArgumentException(
            "budget: " + bytesPerSecond + " bytes a second, " + bytesPerDay + " a day: below 0");
      }
      if (readerReserve < 0 || readerReserve > 90) {
        throw new IllegalArgumentException(
            "budget.readerReserve: " + readerReserve + " is not between 0 and 90");
      }
    }
  }

  /**
   * What a day has cost.
   *
   * @param epochDay of UTC
   */
  public record Day(long epochDay, long bytes) {}

  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
  private static final int PERCENT = 100;

  /** Who waits for readers may be one by then. */
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final String mount;
  private final Limits limits;
  private final DoubleSupplier share;
  private final IntSupplier requestsAtOnce;
  private final LongSupplier epochMillis;
  private final TokenBucket seconds;

  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition change = lock.newCondition();
  // All below: only under the lock.
  private final DayCount day;
  private int othersInFlight;
  private int readersWaiting;
  private int aheadWaiting;
  private long refused;

  /**
   * @param mount what messages call it
   * @param share this node's part of the limits, 0 to 1, asked at each request
   * @param requestsAtOnce how many requests the origin takes at the moment; 0 when nobody knows
   * @param epochMillis the wall clock, for days
   * @param nanoTime {@link System#nanoTime} outside of tests, for seconds
   */
  public OriginBudget(
      String mount,
      Limits limits,
      DoubleSupplier share,
      IntSupplier requestsAtOnce,
      LongSupplier epochMillis,
      LongSupplier nanoTime) {
    this.mount = mount;
    this.limits = limits;
    this.share = share;
    this.requestsAtOnce = requestsAtOnce;
    this.epochMillis = epochMillis;
    this.seconds =
        new TokenBucket(
            () -> Math.max(1, limits.bytesPerSecond() * share.getAsDouble()),
            Duration.ofSeconds(1),
            nanoTime);
    this.day = new DayCount(() -> Math.floorDiv(epochMillis.getAsLong(), 1000L));
  }

  /** Goes on with a day that began before a restart; another day's count is dropped. */
  public void restore(Day before) {
    lock.lock();
    try {
      day.restore(before.epochDay(), before.bytes());
    } finally {
      lock.unlock();
    }
  }

  /** What this node has taken today. */
  public Day spent() {
    lock.lock();
    try {
      return new Day(day.day(), day.bytes());
    } finally {
      lock.unlock();
    }
  }

  /** This node's share of the day's bytes; 0 when there is no limit. */
  public long bytesPerDay() {
    return (long) (limits.bytesPerDay() * share.getAsDouble());
  }

  /** Requests that were not made because the day's bytes are spent. */
  public long refused() {
    lock.lock();
    try {
      return refused;
    } finally {
      lock.unlock();
    }
  }

  /** Whether not even a reader gets as much as this today. */
  public boolean isSpentFor(long bytes) {
    return limits.bytesPerDay() > 0 && spent().bytes() + bytes > bytesPerDay();
  }

  /** In one line, for people: mount, limit, value. */
  public String told() {
    Day today = spent();
    return "/%s: budget.bytesPerDay is %d, this node's share %d, and %d bytes came on %s (UTC)"
        .formatted(
            mount,
            limits.bytesPerDay(),
            bytesPerDay(),
            today.bytes(),
            LocalDate.ofEpochDay(today.epochDay()));
  }

  /**
   * Waits for the turn of a request and takes its bytes.
   *
   * @param bytes the request may bring at most
   * @param trafficClass may become more important while it waits
   * @throws OriginException of kind THROTTLED: the day's bytes are spent, or the deadline comes
   *     before the turn
   */
  Turn take(int bytes, Supplier<TrafficClass> trafficClass, long deadlineNanos)
      throws OriginException {
    lock.lock();
    try {
      Turn turn = new Turn(trafficClass.get(), bytes);
      wait(turn.trafficClass, 1);
      try {
        for (long pause = pauseNanos(turn); pause > 0; pause = pauseNanos(turn)) {
          long left = deadlineNanos - System.nanoTime();
          if (left <= 0) {
            throw tooSlow(turn, pause);
          }
          await(Math.min(pause, left));
          become(turn, trafficClass.get());
        }
      } finally {
        wait(turn.trafficClass, -1);
      }
      begin(turn);
      return turn;
    } finally {
      lock.unlock();
    }
  }

  /** A reader may have joined what was begun for somebody else. */
  private void become(Turn turn, TrafficClass now) {
    if (now != turn.trafficClass) {
      wait(turn.trafficClass, -1);
      turn.trafficClass = now;
      wait(now, 1);
    }
  }

  /** How long to wait at least before asking again; 0 when it is this request's turn. */
  private long pauseNanos(Turn turn) throws OriginException {
    boolean isReader = turn.trafficClass == TrafficClass.READ;
    long today = bytesPerDay();
    if (limits.bytesPerDay() > 0
        && day.bytes() + turn.bytes > (isReader ? today : unreserved(today))) {
      refused++;
      throw spentFor(turn, today);
    }
    if (!isReader && (isYielding(turn) || othersInFlight >= mostOthers())) {
      return LOOK_AGAIN_NANOS; // or earlier, when a turn ends
    }
    if (limits.bytesPerSecond() == 0) {
      return 0;
    }
    // What a request takes beyond what there is the next ones wait for: the average holds.
    long pause = seconds.pauseNanos(isReader ? 0 : (double) limits.readerReserve() / PERCENT);
    return isReader ? pause : Math.min(pause, LOOK_AGAIN_NANOS);
  }

  private boolean isYielding(Turn turn) {
    boolean isAhead = turn.trafficClass == TrafficClass.READ_AHEAD;
    boolean mayReaderWait = limits.bytesPerSecond() > 0 && readersWaiting > 0;
    return mayReaderWait || (!isAhead && aheadWaiting > 0);
  }

  private int mostOthers() {
    int all = requestsAtOnce.getAsInt();
    return all == 0 ? Integer.MAX_VALUE : (int) Math.max(1, unreserved(all));
  }

  private long unreserved(long all) {
    return all / PERCENT * (PERCENT - limits.readerReserve())
        + all % PERCENT * (PERCENT - limits.readerReserve()) / PERCENT;
  }

  private void begin(Turn turn) {
    day.add(turn.bytes);
    turn.day = day.day();
    seconds.take(turn.bytes);
    if (turn.trafficClass != TrafficClass.READ) {
      othersInFlight++;
    }
  }

  private void wait(TrafficClass trafficClass, int change) {
    if (trafficClass == TrafficClass.READ) {
      readersWaiting += change;
    } else if (trafficClass == TrafficClass.READ_AHEAD) {
      aheadWaiting += change;
    }
  }

  private void await(long nanos) throws OriginException {
    try {
      change.awaitNanos(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw OriginException.ofCaller(
          Kind.UNAVAILABLE,
          "/" + mount + ": interrupted while its budget was full",
          Duration.ZERO,
          e);
    }
  }

  private OriginException spentFor(Turn turn, long today) {
    boolean isReader = turn.trafficClass == TrafficClass.READ;
    long midnight = (day.day() + 1) * DAY_MILLIS;
    // A reader may follow a fill that was begun for somebody else: it shall soon ask for itself.
    Duration retryAfter =
        isReader
            ? Duration.ofMillis(Math.max(1, midnight - epochMillis.getAsLong()))
            : Duration.ofSeconds(1);
    return OriginException.ofCaller(
        Kind.THROTTLED,
        "%s: no room for %d more%s before 00:00 UTC"
            .formatted(
                told(),
                turn.bytes,
                isReader
                    ? ""
                    : ", and %s may use %d"
                        .formatted(turn.trafficClass.label(), unreserved(today))),
        retryAfter,
        null);
  }

  private OriginException tooSlow(Turn turn, long pause) {
    return OriginException.ofCaller(
        Kind.THROTTLED,
        "/%s: no turn for a %s before its deadline: budget.bytesPerSecond %d, budget.readerReserve %d,"
                .formatted(
                    mount,
                    turn.trafficClass.label(),
                    limits.bytesPerSecond(),
                    limits.readerReserve())
            + " %d requests that are no reads run".formatted(othersInFlight),
        Duration.ofNanos(Math.max(pause, TimeUnit.MILLISECONDS.toNanos(100))),
        null);
  }

  /** A request under way. */
  final class Turn implements AutoCloseable {
    private final int bytes;
    private TrafficClass trafficClass;
    private long day;
    private int unused;
    private boolean isOver;

    private Turn(TrafficClass trafficClass, int bytes) {
      this.trafficClass = trafficClass;
      this.bytes = bytes;
      this.unused = bytes;
    }

    /** So many bytes have come. */
    void came(int count) {
      unused -= count;
    }

    /** It is over: gives back what did not come. Closing twice is harmless. */
    @Override
    public void close() {
      lock.lock();
      try {
        if (isOver) {
          return;
        }
        isOver = true;
        if (day == OriginBudget.this.day.day()) {
          OriginBudget.this.day.add(-unused);
        }
        seconds.giveBack(unused);
        if (trafficClass != TrafficClass.READ) {
          othersInFlight--;
        }
        change.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
