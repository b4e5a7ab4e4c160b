package io.blockring.benchmarks.mount;

import io.blockring.demo.Await;
import io.blockring.demo.LocalNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program that serves a directory until it is closed. */
final class MountedBy implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final long STOP_SECONDS = 20;

  private final String name;
  private final Path directory;
  private final List<String> command;
  private final int kernelAheadKib;
  private final @Nullable Path cache;
  private @Nullable Process process;

  private MountedBy(
      String name, Path directory, List<String> command, int kernelAheadKib, @Nullable Path cache) {
    this.name = name;
    this.directory = directory;
    this.command = command;
    this.kernelAheadKib = kernelAheadKib;
    this.cache = cache;
  }

  static MountedBy blockring(Path work, LocalNode node, int kernelAheadMib)
      throws IOException, InterruptedException {
    String name = "blockring, kernel ahead " + kernelAheadMib * 1024 + " KiB";
    Path directory = Files.createDirectories(work.resolve("blockring-" + kernelAheadMib));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As the launch script has them.
    command.addAll(List.of("-Xms32m", "-Xmx512m", "-XX:MaxDirectMemorySize=2g"));
    command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), "io.blockring.mount.Mount"));
    command.addAll(List.of("mount", "/models", directory.toString(), "--foreground"));
    command.addAll(List.of("--node", "127.0.0.1:" + node.ports().control()));
    command.addAll(List.of("--kernel-read-ahead", kernelAheadMib + "MiB"));
    return new MountedBy(name, directory, command, 0, null).start();
  }

  /**
   * As it comes. It is not given more of the kernel's read-ahead: its reads then arrive out of
   * order, and it opens the object anew for each.
   */
  static MountedBy rclone(Path work, LocalNode node) throws IOException, InterruptedException {
    Path directory = Files.createDirectories(work.resolve("rclone-off"));
    return new MountedBy("rclone off", directory, rclone(node, directory, "off"), 0, null).start();
  }

  /** With a cache on disk, which is emptied before each read. */
  static MountedBy rcloneWithCache(Path work, LocalNode node, int kernelAheadKib)
      throws IOException, InterruptedException {
    Path directory = Files.createDirectories(work.resolve("rclone-full-" + kernelAheadKib));
    Path cache = directory.resolveSibling(directory.getFileName() + "-cache");
    List<String> command = rclone(node, directory, "full");
    command.add("--cache-dir=" + cache);
    String name = "rclone full, kernel ahead " + kernelAheadKib + " KiB";
    return new MountedBy(name, directory, command, kernelAheadKib, cache).start();
  }

  private static List<String> rclone(LocalNode node, Path directory, String cacheMode) {
    return new ArrayList<>(
        List.of(
            "rclone",
            "mount",
            ":s3,provider=Other,endpoint='" + node.s3Endpoint() + "':models",
            directory.toString(),
            "--config=",
            "--read-only",
            "--vfs-cache-mode=" + cacheMode));
  }

  private MountedBy start() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolveSibling(directory.getFileName() + ".log").toFile());
    // rclone takes these for settings of its own; a bundle of authorities keeps it from starting.
    builder.environment().keySet().removeIf(key -> key.matches("(AWS|RCLONE)_.*"));
    Process started = builder.start();
    process = started;
    try {
      Await.until(name + " is mounted", START, () -> notMounted(started));
      if (kernelAheadKib > 0) {
        readAhead();
      }
      return this;
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private @Nullable String notMounted(Process started) {
    try {
      if (!started.isAlive()) {
        throw new IllegalStateException(
            name + " ended with " + started.exitValue() + "; see " + directory + ".log");
      }
      return isMounted() ? null : "not in the table of mounts";
    } catch (IOException e) {
      return e.toString();
    }
  }

  private boolean isMounted() throws IOException {
    return device() != null;
  }

  /** {@code major:minor} of what is mounted. */
  private @Nullable String device() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      String[] fields = line.split(" ", -1);
      if (fields[4].equals(directory.toString())) {
        return fields[2];
      }
    }
    return null;
  }

  private void readAhead() throws IOException {
    Path setting = Path.of("/sys/class/bdi", device() + "", "read_ahead_kb");
    Files.writeString(setting, kernelAheadKib + "\n");
  }

  String name() {
    return name;
  }

  Path file(String key) {
    return directory.resolve(key);
  }

  /** The next read finds nothing of the file in the page cache, nor in a cache of the program. */
  void forget(Path file) throws IOException, InterruptedException {
    if (cache != null) {
      close();
      Programs.run(List.of("rm", "-rf", cache.toString()));
      start();
    }
    Programs.run(List.of("dd", "status=none", "if=" + file, "iflag=nocache", "count=0"));
    String resident = Programs.run(List.of("fincore", "-bnro", "RES", file.toString())).strip();
    if (Long.parseLong(resident) != 0) {
      throw new IOException(resident + " bytes of " + file + " are still in the page cache");
    }
  }

  /** Processor time of the serving process so far, in steps of 10 ms. */
  double cpuSeconds() throws IOException {
    if (process == null) {
      throw new IllegalStateException(name + " does not run");
    }
    String stat = Files.readString(Path.of("/proc", "" + process.pid(), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    Process running = process;
    if (running == null) {
      return;
    }
    process = null;
    running.destroy();
    if (!running.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      running.destroyForcibly();
    }
    if (isMounted()) {
      new ProcessBuilder("umount", "-l", directory.toString()).start().waitFor();
    }
  }
}
