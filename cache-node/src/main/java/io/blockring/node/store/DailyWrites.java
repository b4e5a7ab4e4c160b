package io.blockring.node.store;

import io.blockring.client.rate.DayCount;
import java.util.function.LongSupplier;

/**
 * What was written to a disk since midnight (UTC), and whether that is all that may be. Survives a
 * restart as a record of the index. Not thread-safe: guarded by its disk's lock.
 */
final class DailyWrites {
  private final long allowedBytes;
  private final DayCount today;
  private boolean isRecorded = true;

  /**
   * @param allowedBytes a day; 0: as many as you like
   * @param seconds since 1970
   */
  DailyWrites(long allowedBytes, LongSupplier seconds) {
    this.allowedBytes = allowedBytes;
    this.today = new DayCount(seconds);
  }

  /** Blocks that come now are not to be kept. */
  boolean isSpent() {
    return allowedBytes > 0 && bytes() >= allowedBytes;
  }

  long allowedBytes() {
    return allowedBytes;
  }

  /** Written today. */
  long bytes() {
    return today.bytes();
  }

  void wrote(long more) {
    today.add(more);
    isRecorded = false;
  }

  /** Whether the index does not say yet what was written. */
  boolean isToBeRecorded() {
    return !isRecorded;
  }

  IndexRecord record() {
    isRecorded = true;
    return IndexRecord.written(today.bytes(), (int) today.day());
  }

  /** What the index says; of a day's records the last counts. */
  void restore(IndexRecord record) {
    today.restore(record.filledSeconds(), record.fingerprint());
  }
}
