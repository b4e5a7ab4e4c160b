package io.blockring.node.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the file system has left, as of the last look. Taking space is then counted here, so that no
 * look is needed where nothing may touch the disk. Safe for many threads.
 */
final class FreeSpace {
  private final FileStore fileStore;
  private final long floorBytes;
  private final AtomicLong usableBytes = new AtomicLong();

  FreeSpace(FileStore fileStore, long floorBytes) throws IOException {
    this.fileStore = fileStore;
    this.floorBytes = floorBytes;
    look();
  }

  /** Asks the file system. */
  void look() throws IOException {
    usableBytes.set(fileStore.getUsableSpace());
  }

  long usableBytes() {
    return usableBytes.get();
  }

  long floorBytes() {
    return floorBytes;
  }

  /** How much must be given back for the floor to be respected; 0 when it is. */
  long missingBytes() {
    return Math.max(0, floorBytes - usableBytes.get());
  }

  boolean mayTake(long bytes) {
    return usableBytes.get() - bytes >= floorBytes;
  }

  void take(long bytes) {
    usableBytes.addAndGet(-bytes);
  }

  /** A write found nothing left: take no more until the next look. */
  void ranOut() {
    usableBytes.set(0);
  }
}
