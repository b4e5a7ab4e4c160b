package io.blockring.client.rate;

import java.util.function.LongSupplier;

/** Bytes since midnight (UTC). A clock that is set back begins no day anew. Not thread-safe. */
public final class DayCount {
  private static final long SECONDS = 86_400;

  private final LongSupplier epochSeconds;
  private long day;
  private long bytes;

  /**
   * @param epochSeconds the wall clock
   */
  public DayCount(LongSupplier epochSeconds) {
    this.epochSeconds = epochSeconds;
    this.day = Math.floorDiv(epochSeconds.getAsLong(), SECONDS);
  }

  /** The day that is being counted, in days since 1970. */
  public long day() {
    long today = Math.floorDiv(epochSeconds.getAsLong(), SECONDS);
    if (today > day) {
      day = today;
      bytes = 0;
    }
    return day;
  }

  /** Of this day. */
  public long bytes() {
    day();
    return bytes;
  }

  /** Adds bytes; below 0 gives some back. */
  public void add(long more) {
    day();
    bytes += more;
  }

  /** Goes on with a count that was made before a restart; another day's is dropped. */
  public void restore(long countedDay, long counted) {
    if (countedDay == day()) {
      bytes = Math.max(bytes, counted);
    }
  }
}
