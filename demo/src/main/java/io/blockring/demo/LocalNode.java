package io.blockring.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One node of a local cluster: a process, its directory, and what can be done to it. The directory
 * outlives the process, so that a start after a {@link #kill} is a restart. Methods are for one
 * thread at a time; {@link #kill} may come from any.
 */
public final class LocalNode implements AutoCloseable {
  private static final String MAIN = "io.blockring.node.Node";
  private static final Duration SIGNAL = Duration.ofSeconds(5);
  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final Duration DEATH = Duration.ofSeconds(10);
  private static final int LOG_LINES = 30;

  private final String name;
  private final Path directory;
  private final NodeHost host;
  private final NodePorts ports;
  private final ClusterPlan plan;
  private final HttpClient http;
  private final ProcessGuard guard;
  private volatile @Nullable Process process;

  LocalNode(
      String name,
      Path directory,
      NodeHost host,
      NodePorts ports,
      ClusterPlan plan,
      HttpClient http,
      ProcessGuard guard) {
    this.name = name;
    this.directory = directory;
    this.host = host;
    this.guard = guard;
    this.ports = ports;
    this.plan = plan;
    this.http = http;
  }

  /** Its id in the cluster: {@code node-1} and so on. */
  public String name() {
    return name;
  }

  public NodeHost host() {
    return host;
  }

  public NodePorts ports() {
    return ports;
  }

  /** Settings file, log, state and blocks. */
  public Path directory() {
    return directory;
  }

  public Path logFile() {
    return directory.resolve("node.log");
  }

  /** As readers reach it. */
  public URI s3Endpoint() {
    return URI.create(scheme() + "://" + host.advertised() + ":" + ports.s3());
  }

  private String scheme() {
    return plan.certificate() == null ? "http" : "https";
  }

  /** Past whatever forwards to it: a harness must see the node as it is. */
  public URI adminEndpoint() {
    return URI.create(scheme() + "://" + host.bound() + ":" + ports.admin());
  }

  /** Starts the process on its directory and returns at once. */
  public void start() throws IOException {
    if (isRunning()) {
      throw new IllegalStateException(name + " runs already");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(plan.jvmFlags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.add("--config=" + configFile());
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(variable -> variable.startsWith("BLOCKRING_"));
    environment.putAll(plan.environment());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
    Process started = builder.start();
    started.getOutputStream().close();
    guard.guards(started);
    process = started;
  }

  /** Returns when the node says that it should get readers. */
  public void awaitReady(Duration within) throws InterruptedException {
    try {
      Await.until(name + " is ready", within, this::notReady);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(e.getMessage() + "\nlast lines of its log:\n" + logTail(), e);
    }
  }

  /** Of its process, which must run. */
  public long pid() {
    return running().pid();
  }

  public boolean isRunning() {
    Process current = process;
    return current != null && current.isAlive();
  }

  /** SIGKILL, and returns when the process is gone. Harmless when it is already. */
  public void kill() throws InterruptedException {
    Process current = process;
    if (current != null) {
      current.descendants().forEach(ProcessHandle::destroyForcibly);
      current.destroyForcibly();
      awaitExit(current, DEATH);
    }
  }

  /**
   * SIGTERM, and returns when the process is gone.
   *
   * @return its exit status
   */
  public int terminate(Duration within) throws InterruptedException {
    Process current = running();
    current.destroy();
    return awaitExit(current, within);
  }

  /** SIGSTOP: the node hangs, with all its connections open. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT: it goes on as if nothing had happened. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** Resident memory in bytes, from {@code /proc}. */
  public long rssBytes() throws IOException {
    for (String line : Files.readAllLines(proc("status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException(proc("status") + " has no VmRSS: " + name + " is exiting");
  }

  /** Processor time used since the process started, in steps of 10 ms, from {@code /proc}. */
  public Duration cpuTime() throws IOException {
    String stat = Files.readString(proc("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Duration.ofMillis((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10);
  }

  /** The end of the log, for messages. */
  public String logTail() {
    try {
      List<String> lines = Files.readAllLines(logFile());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      return "(" + logFile() + " cannot be read: " + e.getMessage() + ")";
    }
  }

  /** Kills the process. The directory stays. */
  @Override
  public void close() {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Path configFile() {
    return directory.resolve("node.yaml");
  }

  private @Nullable String notReady() throws InterruptedException {
    if (!isRunning()) {
      Process current = process;
      // It will not become ready by waiting.
      throw new IllegalStateException(
          name
              + (current == null
                  ? " was never started"
                  : " ended with status " + current.exitValue()));
    }
    HttpRequest request =
        HttpRequest.newBuilder(adminEndpoint().resolve("/readyz")).timeout(PROBE).build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200
          ? null
          : "/readyz answers " + response.statusCode() + " " + response.body();
    } catch (IOException e) {
      return "/readyz does not answer: " + e;
    }
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + signal, "" + running().pid()).start();
    int status = awaitExit(kill, SIGNAL);
    if (status != 0) {
      throw new IOException("kill -" + signal + " of " + name + " ended with status " + status);
    }
  }

  private Process running() {
    Process current = process;
    if (current == null || !current.isAlive()) {
      throw new IllegalStateException(name + " does not run");
    }
    return current;
  }

  private Path proc(String file) {
    return Path.of("/proc", "" + running().pid(), file);
  }

  private int awaitExit(Process exiting, Duration within) throws InterruptedException {
    if (!exiting.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(
          name
              + ": process "
              + exiting.pid()
              + " is still there after "
              + within.toMillis()
              + " ms");
    }
    return exiting.exitValue();
  }
}
