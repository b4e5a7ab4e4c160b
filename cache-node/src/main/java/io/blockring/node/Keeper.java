package io.blockring.node;

import io.blockring.node.config.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what a part of a node knows over restarts: writes it every few seconds while it changes,
 * and when the node stops.
 */
final class Keeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Keeper.class);
  private static final Duration EVERY = Duration.ofSeconds(5);

  /** A larger file is written less often: about a mebibyte a second at most. */
  private static final int BYTES_PER_SECOND = 1 << 20;

  /** Takes up what a file has; throws when it cannot, with nothing taken. */
  @FunctionalInterface
  interface Restoring {
    void restore(Path file) throws IOException;
  }

  /** The bytes of a file; null when nothing has changed since the last time. */
  @FunctionalInterface
  interface Snapshots {
    byte @Nullable [] take() throws IOException;
  }

  private final Snapshots snapshots;
  private final Path file;
  private final Thread thread;
  private volatile int written;

  /**
   * @param loss what it means that a file cannot be used
   */
  Keeper(Path file, Restoring restoring, Snapshots snapshots, String loss) {
    this.snapshots = snapshots;
    this.file = file;
    try {
      restoring.restore(file);
    } catch (IOException e) {
      log.warn("{}; {}", e.getMessage(), loss);
    }
    this.thread = Thread.ofPlatform().name("keep-" + file.getFileName()).daemon().start(this::run);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(EVERY.plusSeconds(written / BYTES_PER_SECOND));
        save();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  private synchronized void save() {
    try {
      byte[] snapshot = snapshots.take();
      if (snapshot != null) {
        DurableFile.replace(file, snapshot);
        written = snapshot.length;
      }
    } catch (IOException e) {
      log.warn("{} could not be written: {}", file, e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    save();
  }
}
