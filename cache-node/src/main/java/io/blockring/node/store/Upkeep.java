package io.blockring.node.store;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a disk does by itself, on one thread: group flushes, giving space back when others need it,
 * and rewriting an index that is mostly history.
 */
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  /** Slots given back in one go, so that flushes are not late. */
  private static final int HANDED_BACK_AT_ONCE = 64;

  private static final long STOP_PATIENCE_MILLIS = 30_000;

  private final ReentrantLock lock;
  private final Condition isDue;
  private final StoreSettings settings;
  private final Capacity capacity;
  private final BlockTable table;
  private final SlotFiles files;
  private final FreeSpace space;
  private final GroupCommit commits;
  private final IndexLog log;
  private final DiskHealth health;

  private Thread thread = Thread.currentThread();
  private boolean isStopped;

  Upkeep(
      ReentrantLock lock,
      StoreSettings settings,
      Capacity capacity,
      BlockTable table,
      SlotFiles files,
      FreeSpace space,
      GroupCommit commits,
      IndexLog log,
      DiskHealth health) {
    this.lock = lock;
    this.isDue = lock.newCondition();
    this.settings = settings;
    this.capacity = capacity;
    this.table = table;
    this.files = files;
    this.space = space;
    this.commits = commits;
    this.log = log;
    this.health = health;
  }

  void start(String name) {
    thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /** Tends once more and ends the thread. */
  void stop() {
    lock.lock();
    try {
      isStopped = true;
      isDue.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(STOP_PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The caller holds the lock. */
  void wakeIfDue() {
    if (commits.dirtyBytes() >= settings.flushBytes()) {
      isDue.signal();
    }
  }

  /** One round. What fails is counted against the disk and tried again in the next. */
  synchronized void tend() {
    try {
      space.look();
      if (commits.flush()) {
        health.writeSucceeded();
      }
      handBack();
      if (log.isIncomplete() || capacity.isWorthRewriting(log.bytes(), blocks())) {
        log.rewrite(table::copyCommitted);
      }
    } catch (IOException e) {
      health.writeFailed(e);
    }
  }

  private void run() {
    boolean isLast = false;
    while (!isLast) {
      isLast = await();
      try {
        tend();
      } catch (RuntimeException e) {
        LOG.error("upkeep of a disk failed and goes on", e);
      }
    }
  }

  private boolean await() {
    lock.lock();
    try {
      long nanos = settings.flushInterval().toNanos();
      while (nanos > 0 && !isStopped && commits.dirtyBytes() < settings.flushBytes()) {
        nanos = isDue.awaitNanos(nanos);
      }
      return isStopped;
    } catch (InterruptedException e) {
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Shrinks while others leave less free than the floor. */
  private void handBack() throws IOException {
    for (int i = 0; i < HANDED_BACK_AT_ONCE && space.missingBytes() > 0; i++) {
      int slot = locked(table::takeToHandBack);
      if (slot == SlotTable.NONE) {
        return;
      }
      boolean isDone = false;
      try {
        log.write();
        files.punch(slot);
        isDone = true;
      } finally {
        handedBack(slot, isDone);
      }
      space.look();
    }
  }

  private void handedBack(int slot, boolean isDone) {
    lock.lock();
    try {
      table.handedBack(slot, isDone);
    } finally {
      lock.unlock();
    }
  }

  private int blocks() {
    return locked(table::blocks);
  }

  private int locked(IntSupplier action) {
    lock.lock();
    try {
      return action.getAsInt();
    } finally {
      lock.unlock();
    }
  }
}
