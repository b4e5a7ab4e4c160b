package io.blockring.node.store;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Hands pages of a disk's blocks back to the host, as {@link PageCacheShare} says: after each flush
 * those that are not read again, and, where there is a bound, what exceeds it at once, on a thread
 * of its own, so that neither a hit nor a flush waits for it.
 */
final class PageHandback {
  /** How long a flush is held up by it. */
  private static final long HANDING_BACK_NANOS = 500_000_000L;

  /** When nobody wakes it. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ReentrantLock lock;
  private final BlockTable table;
  private final SlotFiles files;
  private final LongSupplier nanoTime;
  private final boolean isBounded;
  private final PacedThread thread;

  /** Guarded by the lock. */
  private long slots;

  PageHandback(
      ReentrantLock lock, BlockTable table, SlotFiles files, LongSupplier nanoTime, String name) {
    this.lock = lock;
    this.table = table;
    this.files = files;
    this.nanoTime = nanoTime;
    this.isBounded = table.pageCache().isBounded();
    this.thread = new PacedThread(name, PAUSE, this::dropExcess);
  }

  void start() {
    if (isBounded) {
      files.countPages();
      thread.start();
    }
  }

  void stop() {
    thread.stop();
  }

  boolean hasEnded(Duration patience) {
    return thread.hasEnded(patience);
  }

  /** After a use; the caller holds the lock. */
  void wakeIfDue() {
    if (table.pageCache().isOverfull()) {
      thread.wake();
    }
  }

  /** After a flush: pages that are not on the device yet would stay. */
  void endRound() {
    long end = nanoTime.getAsLong() + HANDING_BACK_NANOS;
    int slot = locked(this::firstOfRound);
    while (slot != SlotTable.NONE) {
      drop(slot);
      slot = nanoTime.getAsLong() - end < 0 ? locked(this::next) : SlotTable.NONE;
    }
  }

  /** How many slots' pages were let go of; the caller holds the lock. */
  long slots() {
    return slots;
  }

  private void dropExcess() {
    int slot = locked(this::next);
    while (slot != SlotTable.NONE) {
      drop(slot);
      slot = locked(this::next);
    }
  }

  private int firstOfRound() {
    table.pageCache().nextRound();
    return next();
  }

  private int next() {
    int slot = table.nextToLeavePageCache();
    slots += slot == SlotTable.NONE ? 0 : 1;
    return slot;
  }

  private void drop(int slot) {
    files.dropPages(slot);
    if (isBounded) {
      // Of a disk that was read through they would add up to more than the bound.
      files.dropHeader(slot);
    }
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
