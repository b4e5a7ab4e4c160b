package io.blockring.node.store;

import java.util.function.LongSupplier;

/**
 * What was written to a disk since midnight (UTC), and whether that is all that may be. Survives a
 * restart as a record of the index. Not thread-safe: guarded by its disk's lock.
 */
final class DailyWrites {
  private static final long SECONDS_PER_DAY = 86_400;

  private final long allowedBytes;
  private final LongSupplier seconds;
  private long day;
  private long bytes;
  private boolean isRecorded = true;

  /**
   * @param allowedBytes a day; 0: as many as you like
   * @param seconds since 1970
   */
  DailyWrites(long allowedBytes, LongSupplier seconds) {
    this.allowedBytes = allowedBytes;
    this.seconds = seconds;
    this.day = today();
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
    return day == today() ? bytes : 0;
  }

  void wrote(long more) {
    bytes = bytes() + more;
    day = today();
    isRecorded = false;
  }

  /** Whether the index does not say yet what was written. */
  boolean isToBeRecorded() {
    return !isRecorded;
  }

  IndexRecord record() {
    isRecorded = true;
    return IndexRecord.written(bytes, (int) day);
  }

  /** What the index says; the last record is the one that counts. */
  void restore(IndexRecord record) {
    day = record.filledSeconds();
    bytes = record.fingerprint();
  }

  private long today() {
    return seconds.getAsLong() / SECONDS_PER_DAY;
  }
}
