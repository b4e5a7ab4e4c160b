package io.blockring.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.blockring.demo.Await;
import io.blockring.demo.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
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

/** A Prometheus process on loopback with its data in a directory, and its HTTP API. */
final class PrometheusServer implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(30);
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final URI api;
  private final Path log;
  private final HttpClient http = HttpClient.newHttpClient();

  private PrometheusServer(Process process, URI api, Path log) {
    this.process = process;
    this.api = api;
    this.log = log;
  }

  /** An executable on the PATH; null when there is none. */
  static @Nullable Path onPath(String name) {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      Path file = Path.of(directory, name);
      if (Files.isExecutable(file) && !Files.isDirectory(file)) {
        return file;
      }
    }
    return null;
  }

  /** Starts it and returns when it answers. */
  static PrometheusServer start(Path program, Path config, Path directory)
      throws IOException, InterruptedException {
    int port = FreePorts.next();
    Path log = directory.resolve("prometheus.log");
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("prometheus"),
                "--web.listen-address=127.0.0.1:" + port)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    PrometheusServer server =
        new PrometheusServer(process, URI.create("http://127.0.0.1:" + port + "/"), log);
    try {
      Await.until("Prometheus is ready", READY, server::notReady);
    } catch (IllegalStateException | InterruptedException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private @Nullable String notReady() throws InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException("Prometheus ended: " + logText());
    }
    HttpRequest request =
        HttpRequest.newBuilder(api.resolve("-/ready")).timeout(Duration.ofSeconds(2)).build();
    try {
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status == 200 ? null : "/-/ready answers " + status;
    } catch (IOException e) {
      return "/-/ready: " + e;
    }
  }

  private String logText() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return log + " cannot be read: " + e;
    }
  }

  /**
   * The samples of an instant query.
   *
   * @throws IOException when Prometheus does not take the expression; says why
   */
  List<Double> samples(String expression) throws IOException, InterruptedException {
    JsonNode data = ask("api/v1/query", "query=" + encoded(expression));
    List<Double> samples = new ArrayList<>();
    if (data.get("resultType").asText().equals("scalar")) {
      samples.add(Double.valueOf(data.get("result").get(1).asText().replace("+", "")));
    } else {
      for (JsonNode series : data.get("result")) {
        String value = series.get("value").get(1).asText();
        samples.add(Double.valueOf(value.replace("+Inf", "Infinity").replace("-Inf", "-Infinity")));
      }
    }
    return samples;
  }

  /** Whether the query gives at least one number. */
  boolean hasAnswer(String expression) throws IOException, InterruptedException {
    return samples(expression).stream().anyMatch(value -> !value.isNaN() && !value.isInfinite());
  }

  /** The values of a label among the series of a selector. */
  List<String> labelValues(String label, String selector) throws IOException, InterruptedException {
    List<String> values = new ArrayList<>();
    ask("api/v1/label/" + label + "/values", "match[]=" + encoded(selector))
        .forEach(value -> values.add(value.asText()));
    return values;
  }

  private JsonNode ask(String path, String query) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(api.resolve(path + "?" + query)).timeout(ANSWER).build();
    JsonNode reply = JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    if (!reply.get("status").asText().equals("success")) {
      throw new IOException(reply.path("error").asText());
    }
    return reply.get("data");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    http.close();
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
