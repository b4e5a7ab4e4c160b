package io.blockring.node.config;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Replaces small files so that a crash leaves the old content or the new, never a part. Also on a
 * thread that was interrupted: a caller who gives up must not keep a record off the disk.
 */
public final class DurableFile {
  private DurableFile() {}

  /** Writes next to the file, flushes, renames over it, flushes the directory. */
  public static void replace(Path file, byte[] content) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    // A stream, because an interrupt closes a channel under its writer.
    try (FileOutputStream stream = new FileOutputStream(next.toFile())) {
      stream.write(content);
      stream.getFD().sync();
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    boolean wasInterrupted = Thread.interrupted();
    try (FileChannel directory =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
