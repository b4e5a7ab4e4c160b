package io.blockring.node.store;

import io.blockring.node.store.disk.DiskFile;
import io.blockring.node.store.disk.KernelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tries out whether a disk reads and writes: on the device, not in the page cache, and only a few
 * pages. May hang as long as the disk does. Not thread-safe.
 */
final class DiskTrial {
  private static final String PROBE = "probe";
  private static final int UNIT = DiskFile.DIRECT_UNIT_BYTES;
  private static final int PIECE_BYTES = 128 * 1024;

  private final Path directory;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(PIECE_BYTES + UNIT).alignedSlice(UNIT);

  DiskTrial(Path directory) {
    this.directory = directory;
  }

  /** Reads the disk's format, and what it could not read the last time. */
  void read(@Nullable FailedRead last) throws IOException {
    read(directory.resolve(DiskFormat.FILE), 0, UNIT);
    if (last != null) {
      long start = last.position() & -UNIT;
      read(last.file(), start, last.position() + last.length() - start);
    }
  }

  /**
   * Like {@link #read}, and soon.
   *
   * @throws IOException also when it took longer: to readers a slow disk is as good as none
   */
  void readWithin(Duration limit, @Nullable FailedRead last) throws IOException {
    long begun = System.nanoTime();
    read(last);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    if (took.compareTo(limit) > 0) {
      throw new IOException(
          "a trial read took "
              + took.toMillis()
              + " ms, at most "
              + limit.toMillis()
              + " are well");
    }
  }

  /** Writes a page and flushes it. A full disk is a disk that works. */
  void write() throws IOException {
    Path probe = directory.resolve(PROBE);
    try (DiskFile file = DiskFile.open(probe)) {
      file.write(buffer.clear().limit(UNIT), 0);
      file.sync();
    } catch (KernelException e) {
      if (!e.isOutOfSpace()) {
        throw e;
      }
    }
  }

  private void read(Path file, long start, long length) throws IOException {
    try (DiskFile opened = DiskFile.openDirect(file)) {
      for (long done = 0; done < length; done += PIECE_BYTES) {
        long rest = (length - done + UNIT - 1) & -UNIT;
        opened.read(buffer.clear().limit((int) Math.min(PIECE_BYTES, rest)), start + done);
      }
    } catch (KernelException e) {
      // A file that is gone, or cannot be read directly, says nothing of the device.
      if (!e.isNoSuchFile() && !e.isInvalidArgument()) {
        throw e;
      }
    }
  }
}
