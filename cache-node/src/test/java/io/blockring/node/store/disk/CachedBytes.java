package io.blockring.node.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How much of files is in the page cache, as the kernel counts it (cachestat, Linux 6.5). */
public final class CachedBytes {
  private CachedBytes() {}

  /**
   * @return below 0 where the kernel does not count
   */
  public static long of(Path directory, String prefix) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(directory)) {
      files = listed.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
    }
    long pages = 0;
    for (Path file : files) {
      int fd = Kernel.open(file.toString(), Kernel.O_RDONLY | Kernel.O_CLOEXEC, 0);
      long cached = Kernel.cachedPages(fd, 0, Files.size(file));
      Kernel.close(fd);
      if (cached < 0) {
        return -1;
      }
      pages += cached;
    }
    return pages * Kernel.PAGE_BYTES;
  }
}
