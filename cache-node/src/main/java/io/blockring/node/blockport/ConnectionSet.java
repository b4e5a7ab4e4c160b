package io.blockring.node.blockport;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A port's open connections, and the limit on them. Safe for many threads. */
final class ConnectionSet {
  /** Beyond the limit, this many are at least told why. */
  private static final int TOLD = 64;

  /** What becomes of a new connection. */
  enum Admission {
    TAKEN,
    /** Its first request is answered 503. */
    TURNED_AWAY,
    CLOSED
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition isEmpty = lock.newCondition();
  private final Set<Connection> open = new HashSet<>();
  private final int limit;
  private final BlockPortCounters counters;

  ConnectionSet(int limit, BlockPortCounters counters) {
    this.limit = limit;
    this.counters = counters;
  }

  Admission add(Connection connection) {
    lock.lock();
    try {
      open.add(connection);
      counters.openConnections.increment();
      if (open.size() > limit) {
        return open.size() > limit + TOLD ? Admission.CLOSED : Admission.TURNED_AWAY;
      }
      counters.connections.increment();
      return Admission.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  void remove(Connection connection) {
    lock.lock();
    try {
      if (open.remove(connection)) {
        counters.openConnections.decrement();
      }
      if (open.isEmpty()) {
        isEmpty.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  List<Connection> snapshot() {
    lock.lock();
    try {
      return List.copyOf(open);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until none is open; false when some still are after this time. */
  boolean awaitEmpty(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (!open.isEmpty() && left > 0) {
        left = isEmpty.awaitNanos(left);
      }
      return open.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
