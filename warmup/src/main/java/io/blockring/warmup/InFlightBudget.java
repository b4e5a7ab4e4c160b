package io.blockring.warmup;

import io.blockring.warmup.WarmupPlanner.Batch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Bounds the blocks and bytes that owners have been asked for and have not answered. */
final class InFlightBudget {
  private final int mostBlocks;
  private final long mostBytes;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition released = lock.newCondition();
  private int blocks; // this and the next: only under the lock
  private long bytes;

  InFlightBudget(int mostBlocks, long mostBytes) {
    this.mostBlocks = mostBlocks;
    this.mostBytes = mostBytes;
  }

  /** Waits until the batch fits; one that never fits goes when nothing else is in flight. */
  void acquire(Batch batch) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (blocks > 0 && !fits(batch)) {
        released.await();
      }
      blocks += batch.blocks().size();
      bytes += batch.bytes();
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(Batch batch) {
    return blocks + batch.blocks().size() <= mostBlocks && bytes + batch.bytes() <= mostBytes;
  }

  void release(Batch batch) {
    lock.lock();
    try {
      blocks -= batch.blocks().size();
      bytes -= batch.bytes();
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
