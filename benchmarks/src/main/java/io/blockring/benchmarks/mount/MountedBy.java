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

  private final String name;
  private final Path directory;
  private final Process process;

  private MountedBy(String name, Path directory, Process process) {
    this.name = name;
    this.directory = directory;
    this.process = process;
  }

  static MountedBy blockring(Path work, LocalNode node, String... options)
      throws IOException, InterruptedException {
    Path directory = Files.createDirectories(work.resolve("blockring"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As the launch script has them.
    command.addAll(List.of("-Xms32m", "-Xmx512m", "-XX:MaxDirectMemorySize=2g"));
    command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), "io.blockring.mount.Mount"));
    command.addAll(List.of("mount", "/models", directory.toString(), "--foreground"));
    command.addAll(List.of("--node", "127.0.0.1:" + node.ports().control()));
    command.addAll(List.of(options));
    String name = "blockring" + (options.length == 0 ? "" : " " + String.join(" ", options));
    return start(name, directory, command);
  }

  static MountedBy rclone(Path work, LocalNode node, String cacheMode)
      throws IOException, InterruptedException {
    Path directory = Files.createDirectories(work.resolve("rclone"));
    String remote = ":s3,provider=Other,endpoint='" + node.s3Endpoint() + "':models";
    return start(
        "rclone " + cacheMode,
        directory,
        List.of(
            "rclone",
            "mount",
            remote,
            directory.toString(),
            "--read-only",
            "--vfs-cache-mode=" + cacheMode,
            "--cache-dir=" + work.resolve("rclone-cache")));
  }

  private static MountedBy start(String name, Path directory, List<String> command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolveSibling(directory.getFileName() + ".log").toFile())
            .start();
    MountedBy mounted = new MountedBy(name, directory, process);
    try {
      Await.until(name + " is mounted", START, mounted::notMounted);
    } catch (IllegalStateException e) {
      mounted.close();
      throw e;
    }
    return mounted;
  }

  private @Nullable String notMounted() {
    try {
      boolean isMounted =
          Files.readString(Path.of("/proc/self/mounts")).contains(" " + directory + " ");
      return isMounted ? null : "not in the table of mounts";
    } catch (IOException e) {
      return e.toString();
    }
  }

  String name() {
    return name;
  }

  Path file(String key) {
    return directory.resolve(key);
  }

  /** Processor time so far, in steps of 10 ms. */
  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc", "" + process.pid(), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    if (notMounted() == null) {
      new ProcessBuilder("umount", "-l", directory.toString()).start().waitFor();
    }
  }
}
