package io.blockring.node.store;

import io.blockring.node.store.disk.KernelException;
import io.blockring.node.store.disk.UnderWay;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a disk does by itself, on one thread: group flushes, giving space back when others need it,
 * and rewriting an index that is mostly history.
 */
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  /** How long slots are given back in one go, so that flushes are not late. */
  private static final long HANDING_BACK_NANOS = 500_000_000L;

  /** A rewrite that failed, for want of space mostly, is not tried again before. */
  private static final long REWRITE_PAUSE_NANOS = 10_000_000_000L;

  /** Slots looked at under one hold of the lock: tens of microseconds while few expire. */
  private static final int LOOKED_AT_ONCE = 1024;

  /** The whole disk is looked through in so many rounds. */
  private static final int ROUNDS_PER_LOOK = 16;

  private final ReentrantLock lock;
  private final StoreSettings settings;
  private final Capacity capacity;
  private final Tenants tenants;
  private final DailyWrites daily;
  private final BlockTable table;
  private final SlotFiles files;
  private final FreeSpace space;
  private final GroupCommit commits;
  private final IndexLog log;
  private final DiskHealth health;
  private final PageHandback pages;

  private final UnderWay flushes;
  private final LongSupplier nanoTime;
  private final PacedThread thread;
  private long noRewriteBeforeNanos;

  /** Said once, not every round. */
  private boolean hasMetTheEnd;

  /** Where the look for expired blocks goes on. */
  private int nextSlot;

  Upkeep(
      ReentrantLock lock,
      StoreSettings settings,
      Capacity capacity,
      Tenants tenants,
      DailyWrites daily,
      BlockTable table,
      SlotFiles files,
      FreeSpace space,
      GroupCommit commits,
      IndexLog log,
      DiskHealth health,
      PageHandback pages,
      LongSupplier nanoTime,
      String name) {
    this.lock = lock;
    this.settings = settings;
    this.capacity = capacity;
    this.tenants = tenants;
    this.daily = daily;
    this.table = table;
    this.files = files;
    this.space = space;
    this.commits = commits;
    this.log = log;
    this.health = health;
    this.pages = pages;
    this.flushes = new UnderWay(nanoTime);
    this.nanoTime = nanoTime;
    this.noRewriteBeforeNanos = nanoTime.getAsLong();
    this.thread = new PacedThread(name, settings.flushInterval(), this::tend);
  }

  void start() {
    thread.start();
  }

  /** Begins no further round. */
  void stop() {
    thread.stop();
  }

  /** After {@link #stop}: whether the last round has ended, waiting for it so long. */
  boolean hasEnded(Duration patience) {
    return thread.hasEnded(patience);
  }

  /** The flush that runs, if one does. */
  UnderWay flushes() {
    return flushes;
  }

  /** The caller holds the lock. */
  void wakeIfDue() {
    if (commits.dirtyBytes() >= settings.flushBytes()) {
      thread.wake();
    }
  }

  /**
   * One round. What fails is counted against the disk and tried again in the next; while writes are
   * left alone, so is all of this.
   */
  synchronized void tend() {
    if (!health.isWritable()) {
      return;
    }
    try {
      space.look();
      recordWrites();
      flush();
      pages.endRound();
      handBack();
      expire();
      rewrite();
      hasMetTheEnd = false;
    } catch (IOException e) {
      if (e instanceof KernelException kernel && kernel.isOutOfSpace()) {
        metTheEnd(e);
      } else {
        health.writes().failed(e);
      }
    }
  }

  private void flush() throws IOException {
    flushes.begins();
    try {
      if (commits.flush()) {
        health.writes().succeeded();
      }
    } finally {
      flushes.ends();
    }
  }

  private void rewrite() throws IOException {
    boolean isDue = log.isIncomplete() || capacity.isWorthRewriting(log.bytes(), blocks());
    if (isDue && nanoTime.getAsLong() - noRewriteBeforeNanos >= 0) {
      noRewriteBeforeNanos = nanoTime.getAsLong() + REWRITE_PAUSE_NANOS;
      log.rewrite(this::copy);
      noRewriteBeforeNanos = nanoTime.getAsLong();
    }
  }

  /** Shrinks while others leave less free than the floor. */
  private void handBack() throws IOException {
    long end = nanoTime.getAsLong() + HANDING_BACK_NANOS;
    while (space.missingBytes() > 0 && nanoTime.getAsLong() - end < 0 && handBackOne()) {
      space.look();
    }
  }

  /** False when there is none to give. */
  private boolean handBackOne() throws IOException {
    int slot = locked(table::takeToHandBack);
    if (slot == SlotTable.NONE) {
      return false;
    }
    boolean isDone = false;
    try {
      writeLog();
      files.punch(slot);
      isDone = true;
    } finally {
      handedBack(slot, isDone);
    }
    return true;
  }

  /**
   * A log that has no room for "slot freed" is no reason to keep the slot: were its entry to come
   * back after a restart, it would meet zeros and be dropped. The log is rewritten later.
   */
  private void writeLog() throws IOException {
    try {
      log.write();
    } catch (KernelException e) {
      if (!e.isOutOfSpace()) {
        throw e;
      }
    }
  }

  /** No room even for the index: a slot's worth is given up for it. */
  private void metTheEnd(IOException cause) {
    if (!hasMetTheEnd) {
      hasMetTheEnd = true;
      LOG.warn("{}; slots are given up until the index has room", cause.getMessage());
    }
    space.ranOut();
    try {
      handBackOne();
    } catch (IOException e) {
      health.writes().failed(e);
    }
  }

  private void recordWrites() {
    locked(
        () -> {
          if (daily.isToBeRecorded()) {
            log.add(daily.record());
          }
          return 0;
        });
  }

  private int copy(int firstSlot, int enough, Consumer<IndexRecord> target) {
    if (firstSlot == 0) {
      target.accept(daily.record());
    }
    return table.copyCommitted(firstSlot, enough, target);
  }

  /** Readers hardly notice: the lock is let go of after every few slots, and no disk is touched. */
  private void expire() {
    if (!tenants.hasTtl()) {
      return;
    }
    int left = locked(table::highWater) / ROUNDS_PER_LOOK + 1;
    do {
      int from = nextSlot;
      nextSlot = locked(() -> table.expire(from, LOOKED_AT_ONCE));
      left -= nextSlot - from;
    } while (left > 0 && nextSlot > 0);
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
