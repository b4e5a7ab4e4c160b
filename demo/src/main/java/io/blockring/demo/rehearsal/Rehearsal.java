package io.blockring.demo.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.blockring.demo.Await;
import io.blockring.demo.SampleFile;
import io.blockring.demo.SampleFiles;
import io.blockring.demo.SampleUpload;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Performs {@code docker/} on a machine without Docker, checks that the cluster works, and says
 * which parts have been run in substance and which have not. The modules must have been built.
 */
public final class Rehearsal {
  private static final Duration WITHIN = Duration.ofSeconds(90);
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final int FILES_READ = 5;
  private static final int ANSWER_SECONDS = 30;

  private final PrintStream out;
  private final Path repository;
  private final Path work;
  private final List<String> report = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private Rehearsal(PrintStream out, Path repository, Path work) {
    this.out = out;
    this.repository = repository;
    this.work = work;
  }

  /**
   * @param arguments the repository, and an empty directory that others may enter
   */
  public static void main(String[] arguments) throws Exception {
    run(System.out, Path.of(arguments[0]), Path.of(arguments[1]));
  }

  /**
   * Performs everything; returns the report when all checks passed.
   *
   * @throws IllegalStateException when one did not; says which, with the service's last lines
   */
  public static List<String> run(PrintStream out, Path repository, Path work)
      throws IOException, InterruptedException {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    Rehearsal rehearsal = new Rehearsal(out, repository.toRealPath(), work.toRealPath());
    rehearsal.perform();
    out.println("Run in substance, and not:");
    rehearsal.report.forEach(line -> out.println("  " + line));
    return List.copyOf(rehearsal.report);
  }

  private void perform() throws IOException, InterruptedException {
    Dockerfile dockerfile = Dockerfile.read(repository.resolve("docker/Dockerfile"));
    Path built = work.resolve("build");
    build(dockerfile.stage("build"), built);
    Map<String, Image> images = new HashMap<>();
    List<String> notPerformed = new ArrayList<>();
    for (String stage : List.of("demo", "node")) {
      Path root = work.resolve("images").resolve(stage);
      images.put(stage, Image.of(dockerfile.stage(stage), root, built, repository, notPerformed));
      report.add(
          "ran: Dockerfile, stage "
              + stage
              + ": COPY, ENV, USER, ENTRYPOINT, and CMD and HEALTHCHECK if any");
    }
    notPerformed.forEach(step -> report.add("not run: Dockerfile, " + step));
    report.add("not run: the base images (this machine's Java " + Runtime.version() + " instead)");

    Account account = Account.of(dockerfile.stage("node").last("USER").arguments());
    report.add("ran: services " + account.describe());
    Path composeFile = repository.resolve("docker/compose.yaml");
    ComposeFile compose = ComposeFile.read(composeFile);
    try (Topology topology =
        new Topology(compose, composeFile.resolveSibling(""), images, work, account, report)) {
      long start = System.nanoTime();
      topology.start();
      out.printf(
          "%d nodes pass their health check after %.1f s%n",
          topology.nodes().size(), (System.nanoTime() - start) / 1e9);
      check(topology, images, account);
    }
    report.add(
        "not run: container networks, published ports, limits of memory and processors, read-only"
            + " root, dropped capabilities, restart");
  }

  private void build(Dockerfile.Stage stage, Path built) throws IOException, InterruptedException {
    for (Dockerfile.Instruction step : stage.all("RUN")) {
      String line = step.arguments().replaceFirst("^--mount=\\S+\\s+", "");
      if (line.startsWith("./mvnw ")) {
        report.add("ran before, in the source tree: " + line);
      } else if (line.startsWith("docker/dist.sh /")) {
        List<String> words = new ArrayList<>(List.of(line.split("\\s+", -1)));
        words.set(0, repository.resolve(words.getFirst()).toString());
        words.set(1, built + words.get(1));
        succeed(words);
        report.add("ran: " + line);
      } else {
        throw new IOException("build stage: this step is not known: " + line);
      }
    }
    report.add("not run: build stage: COPY . . (what .dockerignore lets through)");
  }

  private void succeed(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException(command + " ended with " + process.exitValue());
    }
  }

  private void check(Topology topology, Map<String, Image> images, Account account)
      throws IOException, InterruptedException {
    List<String> nodes = topology.nodes();
    Path cachectl =
        Objects.requireNonNull(images.get("node")).root().resolve("opt/blockring/bin/cachectl");
    Await.until(
        "the nodes are one ring",
        WITHIN,
        () -> ring(nodes.stream().map(topology::address).toList(), cachectl, account));
    out.println("One ring of " + nodes.size() + ", says the image's cachectl status of each node");

    SampleFiles samples = SampleUpload.small();
    for (String node : nodes) {
      for (SampleFile file : samples.all().stream().limit(FILES_READ).toList()) {
        read(topology.address(node), samples, file);
      }
    }
    out.println(FILES_READ + " files read through each node's S3 port, every byte right");

    if (topology.runs("prometheus")) {
      Await.until(
          "Prometheus scrapes every node",
          WITHIN,
          () -> scraped(topology.address("prometheus"), nodes.size()));
      out.println("Prometheus scrapes every node with the shipped configuration");
    }
    ServiceProcess killed = topology.service(nodes.getLast());
    killed.kill();
    require(!killed.isHealthy(), "the health check of a killed node passes");
    out.println("The health check of a killed node fails");

    ServiceProcess stopped = topology.service(nodes.getFirst());
    long start = System.nanoTime();
    int status = stopped.stop(GRACE);
    require(status == 0, stopped.name() + " ended with " + status + " after SIGTERM, not with 0");
    out.printf("SIGTERM ends a node with 0 in %.1f s%n", (System.nanoTime() - start) / 1e9);
  }

  private static void require(boolean isRight, String wrong) {
    if (!isRight) {
      throw new IllegalStateException(wrong);
    }
  }

  private static @Nullable String ring(List<String> hosts, Path cachectl, Account account)
      throws InterruptedException {
    Set<String> seen = new HashSet<>();
    for (String host : hosts) {
      try {
        ProcessBuilder builder =
            new ProcessBuilder(
                account.as(
                    List.of(
                        cachectl.toString(), "status", "-o", "json", "--address", host + ":7073")));
        builder.environment().put("JAVA_HOME", account.javaHome().toString());
        builder.environment().put("HOME", "/nowhere");
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        JsonNode status = new ObjectMapper().readTree(process.getInputStream());
        process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS);
        seen.add(status.path("aliveNodes").asInt() + " " + status.path("ringFingerprint").asText());
      } catch (IOException e) {
        return host + ": " + e.getMessage();
      }
    }
    boolean isOne = seen.size() == 1 && seen.iterator().next().startsWith(hosts.size() + " ");
    return isOne ? null : "alive nodes and rings they see: " + seen;
  }

  private void read(String host, SampleFiles samples, SampleFile file)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://" + host + ":7070/models/" + file.path());
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    byte[] body = response.body();
    require(
        response.statusCode() == 200 && body.length == file.size(),
        uri + " answers " + response.statusCode() + " with " + body.length + " bytes");
    String wrong = samples.verify(file, 0, ByteBuffer.wrap(body));
    require(wrong == null, uri + ": " + wrong);
  }

  private @Nullable String scraped(String host, int nodes) throws InterruptedException {
    URI uri = URI.create("http://" + host + ":9090/api/v1/query?query=sum(up)");
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.ofString());
      String sum =
          new ObjectMapper().readTree(response.body()).at("/data/result/0/value/1").asText();
      return sum.equals("" + nodes) ? null : "sum(up) is " + sum;
    } catch (IOException e) {
      return uri + ": " + e;
    }
  }
}
