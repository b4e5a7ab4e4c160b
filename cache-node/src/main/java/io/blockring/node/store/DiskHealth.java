package io.blockring.node.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a disk is worth asking, reads and writes apart. Three failures in a row, or one call that
 * does not return, and that side is left alone until a trial has succeeded. Safe for many threads.
 */
final class DiskHealth {
  private static final Logger LOG = LoggerFactory.getLogger(DiskHealth.class);
  private static final int FAILURES = 3;

  /** A side that is suspect again so soon was well for its trial only. */
  private static final long RELAPSE_NANOS = Duration.ofSeconds(30).toNanos();

  /** A side that relapses is left alone for at most so many pauses between two trials. */
  private static final int MOST_PAUSES = 30;

  private final Path disk;
  private final long retryNanos;
  private final LongSupplier nanoTime;
  private final Side reads = new Side("reads");
  private final Side writes = new Side("writes");

  /**
   * @param retryAfter the pause between two trials
   * @param nanoTime a monotonic clock
   */
  DiskHealth(Path disk, Duration retryAfter, LongSupplier nanoTime) {
    this.disk = disk;
    this.retryNanos = retryAfter.toNanos();
    this.nanoTime = nanoTime;
  }

  boolean isReadable() {
    return reads.isUp;
  }

  boolean isWritable() {
    return writes.isUp && reads.isUp;
  }

  DiskState state() {
    if (!reads.isUp) {
      return DiskState.SUSPECT;
    }
    return writes.isUp ? DiskState.HEALTHY : DiskState.READ_ONLY;
  }

  /** What is wrong, for people; empty when nothing is. */
  String trouble() {
    return reads.isUp ? writes.trouble() : reads.trouble();
  }

  Side reads() {
    return reads;
  }

  Side writes() {
    return writes;
  }

  /** One direction of a disk. */
  final class Side {
    private final String name;
    private volatile boolean isUp = true;
    private volatile int failures;
    private volatile String trouble = "";
    private long suspectSinceNanos;
    private boolean hasRecovered;
    private long recoveredNanos;

    /** Before the first trial, beyond that between two. */
    private long pauseNanos;

    private Side(String name) {
      this.name = name;
    }

    boolean isUp() {
      return isUp;
    }

    /**
     * A call failed.
     *
     * @return whether that made this side suspect
     */
    synchronized boolean failed(IOException cause) {
      boolean wasUp = isUp;
      failures++;
      String said = String.valueOf(cause.getMessage());
      if (failures == 1) {
        LOG.warn("{}: {} failed: {}", disk, name, said);
      }
      if (failures >= FAILURES) {
        suspect(FAILURES + " " + name + " in a row failed, the last: " + said);
      }
      return wasUp && !isUp;
    }

    /** A call succeeded. Does not bring back a side that is left alone: only a trial does. */
    void succeeded() {
      if (failures == 0 || !isUp) {
        return;
      }
      synchronized (this) {
        if (isUp) {
          failures = 0;
        }
      }
    }

    /** One glance is enough: a call does not return, or the disk says that it cannot. */
    synchronized void suspect(String why) {
      if (isUp) {
        suspectSinceNanos = nanoTime.getAsLong();
        pauseNanos = nextPauseNanos();
        LOG.warn("{}: its {} are suspect and left alone: {}", disk, name, why);
      }
      trouble = why;
      isUp = false;
    }

    /** A disk that is well while nobody uses it would otherwise go to and fro for ever. */
    private long nextPauseNanos() {
      boolean isRelapse = hasRecovered && suspectSinceNanos - recoveredNanos < RELAPSE_NANOS;
      return isRelapse ? Math.clamp(2 * pauseNanos, 2 * retryNanos, MOST_PAUSES * retryNanos) : 0;
    }

    /** A trial succeeded. */
    synchronized void recovered() {
      if (!isUp) {
        LOG.info("{}: {} succeed again", disk, name);
        hasRecovered = true;
        recoveredNanos = nanoTime.getAsLong();
      }
      isUp = true;
      failures = 0;
      trouble = "";
    }

    /** Whether it is suspect, and was left alone for long enough after a relapse. */
    boolean isTrialDue() {
      Duration triedFor = triedFor();
      return triedFor != null && !triedFor.isNegative();
    }

    /** Since when trials have been due; negative until they are, null while it is up. */
    synchronized @Nullable Duration triedFor() {
      return isUp ? null : Duration.ofNanos(nanoTime.getAsLong() - suspectSinceNanos - pauseNanos);
    }

    private String trouble() {
      return trouble;
    }
  }
}
