package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockring.demo.Await;
import io.blockring.demo.LocalNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code cachectl mount} as its users run it: a background process and a directory. */
final class MountedDirectory implements AutoCloseable {
  private static final Duration SLOW = Duration.ofSeconds(60);
  private static final Pattern PROCESS = Pattern.compile("\\(process (\\d+), log (.*)\\)");

  /** What a program ended with. */
  record Ended(int status, String output) {}

  private final Path directory;
  private final ProcessHandle process;
  private final String said;

  private MountedDirectory(Path directory, ProcessHandle process, String said) {
    this.directory = directory;
    this.process = process;
    this.said = said;
  }

  /** Skips the test, with the reason, where this machine cannot mount. */
  static void assumePermitted() {
    boolean isPermitted =
        Files.isWritable(Path.of("/dev/fuse")) && "root".equals(System.getProperty("user.name"));
    if (!isPermitted) {
      System.out.println("SKIPPED: mounting takes root and a writable /dev/fuse");
    }
    assumeTrue(isPermitted, "mounting takes root and a writable /dev/fuse");
  }

  /** Mounts through one node; returns when the directory answers. */
  static MountedDirectory mount(String path, Path directory, LocalNode node, String... options)
      throws IOException, InterruptedException {
    Path log = directory.resolveSibling(directory.getFileName() + ".log");
    List<String> arguments = new ArrayList<>(List.of("mount", path, directory.toString()));
    arguments.addAll(List.of("--node", "127.0.0.1:" + node.ports().control(), "--log", "" + log));
    arguments.addAll(List.of(options));
    Ended ended = cachectl(arguments.toArray(String[]::new));
    assertThat(ended.status()).as(ended.output()).isZero();
    Matcher said = PROCESS.matcher(ended.output());
    assertThat(said.find()).as(ended.output()).isTrue();
    ProcessHandle process = ProcessHandle.of(Long.parseLong(said.group(1))).orElseThrow();
    return new MountedDirectory(directory, process, ended.output());
  }

  /** Runs {@code mount} or {@code umount}. */
  static Ended cachectl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(javaCommand());
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  static List<String> javaCommand() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:MaxDirectMemorySize=512m",
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        "io.blockring.mount.Mount");
  }

  /** Runs any program; its standard output and error are one. */
  static Ended run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("mount-it", ".out");
    try {
      Process started =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile())
              .start();
      if (!started.waitFor(SLOW.toSeconds(), TimeUnit.SECONDS)) {
        started.destroyForcibly();
        throw new IOException(String.join(" ", command) + " did not end within " + SLOW);
      }
      return new Ended(
          started.exitValue(),
          new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip());
    } finally {
      Files.delete(output);
    }
  }

  Path path(String below) {
    return directory.resolve(below);
  }

  /** What the command said when it had mounted. */
  String said() {
    return said;
  }

  boolean isMounted() throws IOException {
    return Files.readString(Path.of("/proc/self/mounts")).contains(" " + directory + " ");
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** SIGKILL: what was mounted stays behind. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGTERM. */
  void terminate() throws InterruptedException {
    process.destroy();
    awaitEnd();
  }

  void awaitEnd() throws InterruptedException {
    Await.until(
        "process " + process.pid() + " is gone",
        SLOW,
        () -> process.isAlive() ? "it is still there" : null);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (isMounted()) {
      run("umount", "-l", directory.toString());
    }
    // Files that this JVM maps until it collects them keep the mount, and with it the process.
    process.destroy();
    awaitEnd();
  }
}
