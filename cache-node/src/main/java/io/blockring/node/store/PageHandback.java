package io.blockring.node.store;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
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

  /** Held while a slot's pages leave; before the disk's lock. Fair: a reader waits for one slot. */
  private final ReentrantLock drops = new ReentrantLock(true);

  /**
   * Chosen under the disk's lock while nobody leased it: who leases it from then on finds it here
   * until its pages have left.
   */
  private volatile int dropping = SlotTable.NONE;

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
    nextRound();
    boolean hasMore = true;
    while (hasMore && nanoTime.getAsLong() - end < 0) {
      hasMore = dropNext();
    }
  }

  void nextRound() {
    lock.lock();
    try {
      table.pageCache().nextRound();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether a slot's pages are leaving at this moment, so that what the kernel says of them is
   * about to change. Takes no lock.
   */
  boolean isDropping(int slot) {
    return dropping == slot;
  }

  /** Before a leased slot's pages are read: what is read from then on stays. May wait. */
  void awaitDropped(int slot) {
    if (isDropping(slot)) {
      drops.lock();
      try {
        // They have left.
      } finally {
        drops.unlock();
      }
    }
  }

  /** How many slots' pages were let go of; the caller holds the lock. */
  long slots() {
    return slots;
  }

  private void dropExcess() {
    boolean hasMore = true;
    while (hasMore) {
      hasMore = dropNext();
    }
  }

  /** False when there was none. */
  private boolean dropNext() {
    drops.lock();
    try {
      int slot = choose();
      if (slot == SlotTable.NONE) {
        return false;
      }
      drop(slot);
      return true;
    } finally {
      dropping = SlotTable.NONE;
      drops.unlock();
    }
  }

  /** The slot that {@link #dropping} names from now on. */
  int choose() {
    lock.lock();
    try {
      int slot = table.nextToLeavePageCache();
      slots += slot == SlotTable.NONE ? 0 : 1;
      dropping = slot;
      return slot;
    } finally {
      lock.unlock();
    }
  }

  private void drop(int slot) {
    files.dropPages(slot);
    if (isBounded) {
      // Of a disk that was read through they would add up to more than the bound.
      files.dropHeader(slot);
    }
  }
}
