package io.blockring.chaos;

import io.blockring.demo.Await;
import io.blockring.demo.ProcessGuard;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Toxiproxy server as a process of its own, which dies with this one. A link is one address that
 * it listens on and forwards from; links have one state for all who connect.
 */
final class Toxiproxy implements AutoCloseable {
  /** Why there is none, for the message of what must then be skipped. */
  static final String MISSING =
      "no Toxiproxy: set TOXIPROXY_SERVER, put toxiproxy-server on the PATH, or"
          + " go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.5.0";

  private static final String PROGRAM = "toxiproxy-server";
  private static final Duration UP = Duration.ofSeconds(20);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final Process process;
  private final ProcessGuard guard;
  private final URI api;
  private final HttpClient http;

  private Toxiproxy(Process process, ProcessGuard guard, URI api, HttpClient http) {
    this.process = process;
    this.guard = guard;
    this.api = api;
    this.http = http;
  }

  /** Where the server's program is, or null. */
  static @Nullable Path program() throws IOException, InterruptedException {
    List<Path> candidates = new ArrayList<>();
    String named = System.getenv("TOXIPROXY_SERVER");
    if (named != null && !named.isBlank()) {
      candidates.add(Path.of(named));
    }
    for (String folder : System.getenv("PATH").split(":", -1)) {
      candidates.add(Path.of(folder, PROGRAM));
    }
    String go = System.getenv().getOrDefault("GOPATH", System.getProperty("user.home") + "/go");
    candidates.add(Path.of(go, "bin", PROGRAM));
    candidates.add(Path.of(go, "bin", "server"));
    for (Path candidate : candidates) {
      if (Files.isExecutable(candidate) && isToxiproxy(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  /** Another program may be called {@code server} too. */
  private static boolean isToxiproxy(Path program) throws IOException, InterruptedException {
    Process version =
        new ProcessBuilder(program.toString(), "-version").redirectErrorStream(true).start();
    version.getOutputStream().close();
    boolean isEnded = version.waitFor(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    if (!isEnded) {
      version.destroyForcibly();
      return false;
    }
    String said = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return said.contains("toxiproxy");
  }

  /** Returns when it answers. */
  static Toxiproxy start(Path program, Path log) throws IOException, InterruptedException {
    int port = freePort();
    ProcessGuard guard = ProcessGuard.start();
    Process process =
        new ProcessBuilder(program.toString(), "-host", "127.0.0.1", "-port", "" + port)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    guard.guards(process);
    process.getOutputStream().close();
    Toxiproxy started =
        new Toxiproxy(
            process,
            guard,
            URI.create("http://127.0.0.1:" + port),
            HttpClient.newBuilder().connectTimeout(ANSWER).build());
    try {
      Await.until("Toxiproxy answers", UP, started::missing);
      return started;
    } catch (IllegalStateException | InterruptedException e) {
      started.close();
      throw e;
    }
  }

  /** Listens and forwards from now on. Addresses are {@code HOST:PORT}. */
  void link(String name, String listen, String upstream) throws IOException, InterruptedException {
    call(
        "POST",
        "/proxies",
        "{\"name\":\"%s\",\"listen\":\"%s\",\"upstream\":\"%s\",\"enabled\":true}"
            .formatted(name, listen, upstream));
  }

  /** Adds a toxic to a link; of one type and direction a link has one. */
  void poison(String link, Toxic toxic) throws IOException, InterruptedException {
    call("POST", "/proxies/" + link + "/toxics", toxic.json());
  }

  /** Closes a link's connections and forwards new ones to another address, until told again. */
  void redirect(String link, String upstream) throws IOException, InterruptedException {
    call("POST", "/proxies/" + link, "{\"upstream\":\"" + upstream + "\",\"enabled\":true}");
  }

  /** Every link works again. */
  void heal() throws IOException, InterruptedException {
    call("POST", "/reset", "");
  }

  @Override
  public void close() {
    process.destroyForcibly();
    guard.close();
    http.close();
  }

  private @Nullable String missing() throws InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException("Toxiproxy ended with status " + process.exitValue());
    }
    try {
      call("GET", "/version", "");
      return null;
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void call(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(api.resolve(path))
            .timeout(ANSWER)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> reply = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (reply.statusCode() / 100 != 2) {
      throw new IOException(
          "Toxiproxy answers " + reply.statusCode() + " to " + path + ": " + reply.body());
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
