package io.blockring.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A directory for one run, removed with everything in it. */
record WorkDirectory(Path path) implements AutoCloseable {

  /**
   * @param bytes that will be written there, so that a full disk is told now and not halfway
   */
  static WorkDirectory create(Path parent, long bytes) throws IOException {
    Files.createDirectories(parent);
    long free = Files.getFileStore(parent).getUsableSpace();
    if (free < bytes) {
      throw new IOException(
          parent.toAbsolutePath()
              + " has "
              + (free >> 20)
              + " MiB free, the demo needs "
              + (bytes >> 20)
              + " MiB; name another place with --work");
    }
    Path path = parent.resolve("demo-" + ProcessHandle.current().pid()).toAbsolutePath();
    return new WorkDirectory(Files.createDirectory(path));
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
