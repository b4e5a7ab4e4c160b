package io.blockring.node.store;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One platform thread that takes a step, pauses, and takes the next. A step that throws is logged,
 * the next one comes all the same. Safe for many threads.
 */
final class PacedThread {
  private static final Logger LOG = LoggerFactory.getLogger(PacedThread.class);

  private final String name;
  private final long pauseNanos;
  private final Runnable step;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition isCalled = lock.newCondition();
  private final Thread thread;
  private boolean isWoken;
  private boolean isStopped;

  /**
   * @param pause between the end of a step and the next one
   */
  PacedThread(String name, Duration pause, Runnable step) {
    this.name = name;
    this.pauseNanos = pause.toNanos();
    this.step = step;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Takes the next step now, or at once after the one that is under way. */
  void wake() {
    lock.lock();
    try {
      isWoken = true;
      isCalled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no further step. Does not wait for the one that is under way. */
  void stop() {
    lock.lock();
    try {
      isStopped = true;
      isCalled.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * After {@link #stop}: whether the last step has ended, waiting for it so long.
   *
   * @return at once when called by the thread itself, or when it was never started
   */
  boolean hasEnded(Duration patience) {
    if (thread.getState() == Thread.State.NEW || thread.equals(Thread.currentThread())) {
      return true;
    }
    try {
      return thread.join(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void run() {
    while (await()) {
      try {
        step.run();
      } catch (RuntimeException e) {
        LOG.error("{}: a step failed, the next one comes", name, e);
      }
    }
  }

  /** False when there is to be no further step. */
  private boolean await() {
    lock.lock();
    try {
      long nanos = pauseNanos;
      while (nanos > 0 && !isWoken && !isStopped) {
        nanos = isCalled.awaitNanos(nanos);
      }
      isWoken = false;
      return !isStopped;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }
}
