package io.blockring.demo.rehearsal;

import io.blockring.demo.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A service as a process: started, asked for its health, stopped. For one thread. */
final class ServiceProcess implements AutoCloseable {
  private static final Duration HEALTHY = Duration.ofSeconds(120);
  private static final int CHECK_SECONDS = 20;
  private static final int LOG_LINES = 30;

  private final String name;
  private final List<String> command;
  private final List<String> healthCheck;
  private final Map<String, String> environment;
  private final Path directory;
  private final Path log;
  private final Process process;

  /**
   * Starts it.
   *
   * @param environment all of it
   * @param directory to run in; its output goes to a file beside it
   */
  ServiceProcess(
      String name,
      List<String> command,
      List<String> healthCheck,
      Map<String, String> environment,
      Path directory)
      throws IOException {
    this.name = name;
    this.command = command;
    this.healthCheck = healthCheck;
    this.environment = environment;
    this.directory = directory;
    this.log = directory.resolveSibling(name + ".log");
    ProcessBuilder builder = builder(command).redirectOutput(log.toFile());
    this.process = builder.start();
  }

  private ProcessBuilder builder(List<String> words) {
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true);
  }

  String name() {
    return name;
  }

  /** Whether the health check ends with 0. */
  boolean isHealthy() throws InterruptedException {
    try {
      Process check = builder(healthCheck).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      boolean isEnded = check.waitFor(CHECK_SECONDS, TimeUnit.SECONDS);
      check.destroyForcibly();
      return isEnded && check.exitValue() == 0;
    } catch (IOException e) {
      throw new IllegalStateException(name + ": the health check cannot run: " + healthCheck, e);
    }
  }

  void awaitHealthy() throws InterruptedException {
    Await.until(
        name + " is healthy",
        HEALTHY,
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException(
                name + " ended with " + process.exitValue() + "\n" + logTail());
          }
          return isHealthy() ? null : "its health check fails\n" + logTail();
        });
  }

  /** Waits for the end of a service that has one. */
  void awaitSuccess() throws InterruptedException {
    int status = awaitExit(HEALTHY);
    if (status != 0) {
      throw new IllegalStateException(name + " ended with " + status + "\n" + logTail());
    }
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitExit(Duration.ofSeconds(10));
  }

  /** SIGTERM, as {@code docker stop} sends it; its exit status. */
  int stop(Duration grace) throws InterruptedException {
    process.destroy();
    return awaitExit(grace);
  }

  private int awaitExit(Duration within) throws InterruptedException {
    if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(name + " still runs after " + within + "\n" + logTail());
    }
    return process.exitValue();
  }

  private String logTail() {
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(log));
      lines.addFirst("last lines of " + command.getFirst() + ":");
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      return log + " cannot be read: " + e;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
