package io.blockring.client.origin;

import io.blockring.client.origin.OriginException.Kind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many requests one origin gets at once. Additive increase, multiplicative decrease: a
 * throttled request halves the limit (never below 1), a limit's worth of good ones raises it by
 * one, up to the configured maximum. Callers wait in order, within their deadline, in a bounded
 * queue.
 */
public final class OriginLimiter {
  private static final Duration COME_BACK = Duration.ofSeconds(1);

  private final String origin;
  private final int max;
  private final int maxWaiting;
  private final OriginCounters counters;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition turn = lock.newCondition();
  // All below: only under the lock.
  private double limit;
  private int inFlight;
  private int waiting;
  private long nextNumber;
  private long firstNumberAfterDecrease;

  /**
   * @param origin what messages call it
   * @param max requests at once when nothing is throttled
   * @param maxWaiting callers in the queue
   */
  public OriginLimiter(String origin, int max, int maxWaiting, OriginCounters counters) {
    this.origin = origin;
    this.max = max;
    this.maxWaiting = maxWaiting;
    this.counters = counters;
    this.limit = max;
    counters.setConcurrencyLimit(max);
  }

  /** How one request went, as far as the limit cares. */
  public enum Verdict {
    SUCCEEDED,
    THROTTLED,
    /** Says nothing about load. */
    NEUTRAL
  }

  /**
   * Waits for a turn.
   *
   * @throws OriginException of kind THROTTLED when the queue is full or the deadline comes first,
   *     UNAVAILABLE when the caller is interrupted
   */
  public Permit acquire(long deadlineNanos) throws OriginException {
    lock.lock();
    try {
      if (waiting > 0 || !hasRoom()) {
        awaitTurn(deadlineNanos);
      }
      inFlight++;
      counters.addInFlight(1);
      return new Permit(nextNumber++);
    } finally {
      lock.unlock();
    }
  }

  private void awaitTurn(long deadlineNanos) throws OriginException {
    if (waiting >= maxWaiting) {
      throw shed("the queue is full (" + waiting + " of " + maxWaiting + " wait)");
    }
    enter(1);
    try {
      do {
        if (turn.awaitNanos(deadlineNanos - System.nanoTime()) <= 0 && !hasRoom()) {
          throw shed("no request ended before the deadline (" + waiting + " wait)");
        }
      } while (!hasRoom());
    } catch (InterruptedException e) {
      // The wake-up may have been meant for this caller: hand it on.
      signalRoom();
      Thread.currentThread().interrupt();
      throw OriginException.ofCaller(
          Kind.UNAVAILABLE, "interrupted while waiting to ask " + origin, Duration.ZERO, e);
    } finally {
      enter(-1);
    }
  }

  private void enter(int change) {
    waiting += change;
    counters.addWaiting(change);
  }

  private OriginException shed(String why) {
    counters.countShed();
    return OriginException.ofCaller(
        Kind.THROTTLED,
        "%s: %d requests run, %d may, %s".formatted(origin, inFlight, (int) limit, why),
        COME_BACK,
        null);
  }

  private boolean hasRoom() {
    return inFlight < (int) limit;
  }

  private void signalRoom() {
    for (int free = Math.min((int) limit - inFlight, waiting); free > 0; free--) {
      turn.signal();
    }
  }

  private void end(long number, Verdict verdict) {
    lock.lock();
    try {
      switch (verdict) {
        case SUCCEEDED -> {
          // An idle limit proves nothing: it grows only while it is used.
          if (inFlight * 2 >= (int) limit) {
            limit = Math.min(max, limit + 1 / limit);
          }
        }
        case THROTTLED -> {
          // Requests that left before the last decrease tell of the old limit.
          if (number >= firstNumberAfterDecrease) {
            limit = Math.max(1, limit / 2);
            firstNumberAfterDecrease = nextNumber;
          }
        }
        case NEUTRAL -> {}
      }
      inFlight--;
      counters.addInFlight(-1);
      counters.setConcurrencyLimit((int) limit);
      signalRoom();
    } finally {
      lock.unlock();
    }
  }

  /** The right to run one request. Released once; later releases do nothing. */
  public final class Permit {
    private final long number;
    private final AtomicBoolean isReleased = new AtomicBoolean();

    private Permit(long number) {
      this.number = number;
    }

    /** Gives the turn back. */
    public void release(Verdict verdict) {
      if (isReleased.compareAndSet(false, true)) {
        end(number, verdict);
      }
    }
  }
}
