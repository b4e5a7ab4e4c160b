package io.blockring.client.peer;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes connections whose deadline has passed, because a blocking read of a channel has none of
 * its own. One daemon thread for all; it looks every few milliseconds while something is waited for
 * and a second longer, and sleeps otherwise.
 */
final class Watchdog implements AutoCloseable {
  private static final long TICK_NANOS = 10_000_000;
  private static final long SWEEP_NANOS = 5_000_000_000L;
  private static final int QUIET_TICKS_BEFORE_SLEEP = 100;

  private final Set<PeerConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger inUse = new AtomicInteger();
  private final Runnable idleSweep;
  private final Thread thread;
  // Set before the thread looks at inUse a last time and sleeps; whoever raises inUse looks at it
  // afterwards. So one of the two always sees the other.
  private volatile boolean isAsleep;
  private volatile boolean isClosed;

  /**
   * @param idleSweep run now and then on the watchdog's thread; must not block
   */
  Watchdog(Runnable idleSweep) {
    this.idleSweep = idleSweep;
    this.thread = Thread.ofPlatform().daemon().name("blockring-peer-watchdog").start(this::run);
  }

  void watch(PeerConnection connection) {
    connections.add(connection);
    if (isClosed) {
      connection.close();
    }
  }

  void forget(PeerConnection connection) {
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
      rest(quietTicks > QUIET_TICKS_BEFORE_SLEEP);
      long now = System.nanoTime();
      for (PeerConnection connection : connections) {
        connection.closeIfOverdue(now);
      }
      if (now - sweptAt >= SWEEP_NANOS) {
        sweptAt = now;
        idleSweep.run();
      }
    }
  }

  private void rest(boolean isLong) {
    isAsleep = isLong;
    LockSupport.parkNanos(this, isLong && inUse.get() == 0 ? SWEEP_NANOS : TICK_NANOS);
    isAsleep = false;
  }

  /** Also closes every connection: whoever waits for one sees it fail. */
  @Override
  public void close() {
    isClosed = true;
    LockSupport.unpark(thread);
    connections.forEach(PeerConnection::close);
  }
}
