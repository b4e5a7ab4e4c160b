package io.blockring.node.store;

import java.io.IOException;
import java.nio.file.FileStore;

/**
 * What the file system has left, as of the last look. Taking space is then counted here, so that no
 * look is needed where nothing may touch the disk. Not thread-safe: guarded by its disk's lock, but
 * for {@link #look}.
 */
final class FreeSpace {
  private final FileStore fileStore;
  private final long floorBytes;
  private volatile long usableBytes;

  FreeSpace(FileStore fileStore, long floorBytes) throws IOException {
    this.fileStore = fileStore;
    this.floorBytes = floorBytes;
    look();
  }

  /** Asks the file system. */
  void look() throws IOException {
    usableBytes = fileStore.getUsableSpace();
  }

  long usableBytes() {
    return usableBytes;
  }

  /** How much must be given back for the floor to be respected; 0 when it is. */
  long missingBytes() {
    return Math.max(0, floorBytes - usableBytes);
  }

  boolean mayTake(long bytes) {
    return usableBytes - bytes >= floorBytes;
  }

  void take(long bytes) {
    usableBytes = usableBytes - bytes;
  }

  /** A write found nothing left: take no more until the next look. */
  void ranOut() {
    usableBytes = 0;
  }
}
