package io.blockring.node;

import io.blockring.node.config.DurableFile;
import io.blockring.node.resolve.Resolver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what a resolver knows over restarts: writes it every few seconds while it changes, and
 * when the node stops.
 */
final class VersionsKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(VersionsKeeper.class);
  private static final Duration EVERY = Duration.ofSeconds(5);

  /** A larger file is written less often: about a mebibyte a second at most. */
  private static final int BYTES_PER_SECOND = 1 << 20;

  private final Resolver resolver;
  private final Path file;
  private final Thread thread;
  private volatile int written;

  VersionsKeeper(Resolver resolver, Path file) {
    this.resolver = resolver;
    this.file = file;
    try {
      resolver.restore(file);
    } catch (IOException e) {
      log.warn("{}; each key costs one more request to its bucket", e.getMessage());
    }
    this.thread = Thread.ofPlatform().name("versions").daemon().start(this::run);
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
      byte[] snapshot = resolver.snapshot();
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
