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

  private final Path disk;
  private final LongSupplier nanoTime;
  private final Side reads = new Side("reads");
  private final Side writes = new Side("writes");

  DiskHealth(Path disk, LongSupplier nanoTime) {
    this.disk = disk;
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

    private Side(String name) {
      this.name = name;
    }

    boolean isUp() {
      return isUp;
    }

    /** A call failed. */
    synchronized void failed(IOException cause) {
      failures++;
      String said = String.valueOf(cause.getMessage());
      if (failures == 1) {
        LOG.warn("{}: {} failed: {}", disk, name, said);
      }
      if (failures >= FAILURES) {
        suspect(FAILURES + " " + name + " in a row failed, the last: " + said);
      }
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
        LOG.warn("{}: its {} are suspect and left alone: {}", disk, name, why);
      }
      trouble = why;
      isUp = false;
    }

    /** A trial succeeded. */
    synchronized void recovered() {
      if (!isUp) {
        LOG.info("{}: {} succeed again", disk, name);
      }
      isUp = true;
      failures = 0;
      trouble = "";
    }

    /** How long it has been left alone; null while it is up. */
    synchronized @Nullable Duration suspectFor() {
      return isUp ? null : Duration.ofNanos(nanoTime.getAsLong() - suspectSinceNanos);
    }

    private String trouble() {
      return trouble;
    }
  }
}
