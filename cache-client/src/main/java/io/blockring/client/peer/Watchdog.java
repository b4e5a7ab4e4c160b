package io.blockring.client.peer;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes connections whose deadline has passed, because a blocking read of a channel has none of
 * its own. One daemon thread for all; it looks every few milliseconds while something is waited for
 * and a second longer, and sleeps otherwise.
 *
 * <p>When it wakes up late, this process was held up (no processor, a pause), and so were its
 * readers: a peer's bytes may lie there unread. Then it gives them as long again as it was late.
 */
final class Watchdog implements AutoCloseable {
  /** What has a deadline. */
  interface Watched {
    /** Lets whoever waits for it see it fail, if it is overdue by now. */
    void closeIfOverdue(long nowNanos);

    void close();
  }

  static final long TICK_NANOS = 10_000_000;
  private static final long LATE_NANOS = 5 * TICK_NANOS;
  private static final long MOST_GRACE_NANOS = 2_000_000_000;
  private static final long SWEEP_NANOS = 5_000_000_000L;
  private static final int QUIET_TICKS_BEFORE_SLEEP = 100;

  private final Set<Watched> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger inUse = new AtomicInteger();
  private final Runnable idleSweep;
  private final Thread thread;
  // Set before the thread looks at inUse a last time and sleeps; whoever raises inUse looks at it
  // afterwards. So one of the two always sees the other.
  private volatile boolean isAsleep;
  private volatile boolean isClosed;
  // Of the thread alone.
  private long graceUntilNanos = System.nanoTime();

  /**
   * @param idleSweep run now and then on the watchdog's thread; must not block
   */
  Watchdog(Runnable idleSweep) {
    this.idleSweep = idleSweep;
    this.thread = Thread.ofPlatform().daemon().name("blockring-peer-watchdog").unstarted(this::run);
  }

  Watchdog start() {
    thread.start();
    return this;
  }

  void watch(Watched connection) {
    connections.add(connection);
    if (isClosed) {
      connection.close();
    }
  }

  void forget(Watched connection) {
    connections.remove(connection);
  }

  /** A connection is about to be waited for. */
  void began() {
    inUse.incrementAndGet();
    if (isAsleep) {
      LockSupport.unpark(thread);
    }
  }

  void ended() {
    inUse.decrementAndGet();
  }

  private void run() {
    int quietTicks = 0;
    long sweptAt = System.nanoTime();
    while (!isClosed) {
      quietTicks = inUse.get() > 0 ? 0 : quietTicks + 1;
      long rested = System.nanoTime();
      long rest = rest(quietTicks > QUIET_TICKS_BEFORE_SLEEP);
      long now = System.nanoTime();
      tick(now, now - rested - rest);
      if (now - sweptAt >= SWEEP_NANOS) {
        sweptAt = now;
        idleSweep.run();
      }
    }
  }

  /** Returns how long it meant to rest. */
  private long rest(boolean isLong) {
    isAsleep = isLong;
    long nanos = isLong && inUse.get() == 0 ? SWEEP_NANOS : TICK_NANOS;
    LockSupport.parkNanos(this, nanos);
    isAsleep = false;
    return nanos;
  }

  /**
   * @param lateNanos by how much the thread woke up later than it meant to
   */
  void tick(long nowNanos, long lateNanos) {
    if (lateNanos > LATE_NANOS) {
      graceUntilNanos = nowNanos + Math.min(lateNanos, MOST_GRACE_NANOS);
    }
    if (nowNanos - graceUntilNanos >= 0) {
      connections.forEach(connection -> connection.closeIfOverdue(nowNanos));
    }
  }

  /** Also closes every connection: whoever waits for one sees it fail. */
  @Override
  public void close() {
    isClosed = true;
    LockSupport.unpark(thread);
    connections.forEach(Watched::close);
  }
}
