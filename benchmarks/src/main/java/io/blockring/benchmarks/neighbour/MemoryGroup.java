package io.blockring.benchmarks.neighbour;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A control group that bounds memory, page cache included, as a container does: version 1 or 2. */
final class MemoryGroup implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private final Path group;
  private final boolean isSecond;

  private MemoryGroup(Path group, boolean isSecond) {
    this.group = group;
    this.isSecond = isSecond;
  }

  /**
   * Makes a group.
   *
   * @throws IOException where this process may not, or there are none
   */
  static MemoryGroup limitedTo(long bytes) throws IOException {
    boolean isSecond = Files.exists(ROOT.resolve("cgroup.controllers"));
    Path parent = isSecond ? ROOT : ROOT.resolve("memory");
    Path group =
        Files.createDirectory(parent.resolve("blockring-" + ProcessHandle.current().pid()));
    Files.writeString(
        group.resolve(isSecond ? "memory.max" : "memory.limit_in_bytes"), Long.toString(bytes));
    return new MemoryGroup(group, isSecond);
  }

  /** What the process uses from now on counts. */
  void take(long pid) throws IOException {
    Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
  }

  /** Processes that the kernel has killed for want of memory. */
  long kills() throws IOException {
    Path events = group.resolve(isSecond ? "memory.events" : "memory.oom_control");
    try (Stream<String> lines = Files.lines(events)) {
      return lines
          .filter(line -> line.startsWith("oom_kill "))
          .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
          .sum();
    }
  }

  /** Once no process is in it. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(group);
  }
}
