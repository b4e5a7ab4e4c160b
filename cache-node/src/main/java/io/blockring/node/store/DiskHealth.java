package io.blockring.node.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a disk is worth asking. Three failures in a row, of reads or of writes, and that side is
 * left alone for a while; then it is tried again, and one success makes it well. Safe for many
 * threads.
 */
final class DiskHealth {
  private static final Logger LOG = LoggerFactory.getLogger(DiskHealth.class);
  private static final int FAILURES = 3;

  private final Path disk;
  private final long retryAfterNanos;
  private final LongSupplier nanoTime;
  private final Side reads = new Side("reads");
  private final Side writes = new Side("writes");

  DiskHealth(Path disk, Duration retryAfter, LongSupplier nanoTime) {
    this.disk = disk;
    this.retryAfterNanos = retryAfter.toNanos();
    this.nanoTime = nanoTime;
  }

  boolean isReadable() {
    return reads.isUp();
  }

  boolean isWritable() {
    return writes.isUp();
  }

  void readFailed(IOException cause) {
    reads.failed(cause);
  }

  void readSucceeded() {
    reads.succeeded();
  }

  void writeFailed(IOException cause) {
    writes.failed(cause);
  }

  void writeSucceeded() {
    writes.succeeded();
  }

  private final class Side {
    private final String name;
    private volatile int failures;
    private volatile long lastFailureNanos;

    Side(String name) {
      this.name = name;
    }

    boolean isUp() {
      return failures < FAILURES || nanoTime.getAsLong() - lastFailureNanos >= retryAfterNanos;
    }

    synchronized void failed(IOException cause) {
      lastFailureNanos = nanoTime.getAsLong();
      failures = failures + 1;
      if (failures == 1 || failures == FAILURES) {
        LOG.warn(
            "{}: {} of {} failed {} in a row{}: {}",
            disk,
            failures,
            FAILURES,
            name,
            failures == FAILURES ? ", resting before the next try" : "",
            cause.getMessage());
      }
    }

    void succeeded() {
      if (failures == 0) {
        return;
      }
      synchronized (this) {
        if (failures >= FAILURES) {
          LOG.info("{}: {} succeed again after {} failures", disk, name, failures);
        }
        failures = 0;
      }
    }
  }
}
