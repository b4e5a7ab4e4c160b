package io.blockring.benchmarks.elastic;

import io.blockring.client.CacheClient;
import io.blockring.client.CacheClientSettings;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.demo.Await;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.ClusterStatus;
import io.blockring.demo.EmbeddedBucket;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.LocalNode;
import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Node processes in front of a counted bucket, and what operators do to them with cachectl. */
final class Fleet implements AutoCloseable {
  static final int BLOCK = 4 << 20;
  static final String MOUNT = "models";

  private static final Duration READY = Duration.ofSeconds(90);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final Path folder;
  private final EmbeddedBucket bucket;
  private final LocalCluster cluster;
  private final List<SampleFile> files;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<LocalNode> up;

  private Fleet(
      Path folder,
      EmbeddedBucket bucket,
      LocalCluster cluster,
      List<SampleFile> files,
      int started) {
    this.folder = folder;
    this.bucket = bucket;
    this.cluster = cluster;
    this.files = files;
    this.up = new ArrayList<>(cluster.nodes().subList(0, started));
  }

  /**
   * Starts nodes of equal weight.
   *
   * @param nodes laid out
   * @param started of these; the others join when they are {@linkplain #join told to}
   */
  static Fleet open(
      Path folder,
      int nodes,
      int started,
      List<SampleFile> files,
      UnaryOperator<MountPlan> mount,
      UnaryOperator<ClusterPlan> changes)
      throws IOException, InterruptedException {
    EmbeddedBucket bucket = EmbeddedBucket.start(folder.resolve("bucket"), "bench");
    try {
      bucket.putAll("", files, _ -> {});
      MountPlan models =
          MountPlan.bucket("s3://bench", bucket.endpoint()).with("freshness", "immutable");
      Integer[] weights = IntStream.range(0, nodes).mapToObj(_ -> 10).toArray(Integer[]::new);
      ClusterPlan plan =
          ClusterPlan.ofWeights(weights)
              .withMount(MOUNT, mount.apply(models))
              .withEnvironment(bucket.credentials().environment())
              .withSetting("memory.size", "0")
              .withStoreBudget("1GiB");
      LocalCluster cluster = LocalCluster.start(folder, changes.apply(plan), started);
      Fleet fleet = new Fleet(folder, bucket, cluster, files, started);
      try {
        fleet.awaitOneRing(started);
        return fleet;
      } catch (InterruptedException | RuntimeException e) {
        fleet.close();
        throw e;
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      bucket.close();
      throw e;
    }
  }

  List<SampleFile> files() {
    return files;
  }

  EmbeddedBucket bucket() {
    return bucket;
  }

  LocalNode node(int number) {
    return cluster.node(number);
  }

  /** Nodes that run and are members. */
  List<LocalNode> up() {
    return up;
  }

  /** A client of its own, as a process that reads would have. */
  CacheClient connect() throws IOException {
    return CacheClient.connect(
        CacheClientSettings.of(
            up.stream()
                .map(node -> new ControlAddress("127.0.0.1", node.ports().control()))
                .toArray(ControlAddress[]::new)));
  }

  /** Starts a node that was laid out, and returns when all see it. */
  void join(int number) throws IOException, InterruptedException {
    node(number).start();
    up.add(node(number));
    awaitOneRing(up.size());
  }

  /** Returns when all that run see so many alive on one ring. */
  void awaitOneRing(int alive) throws InterruptedException {
    for (LocalNode node : up) {
      node.awaitReady(READY);
    }
    ClusterStatus.awaitOneRing(up, alive, READY);
  }

  /** Brings every file in, by its owners. */
  void warmUp() throws IOException, InterruptedException {
    cachectl("warmup", "/" + MOUNT, "--wait").orFail();
  }

  /**
   * What a command said.
   *
   * @param out standard output
   */
  record Said(List<String> command, int exit, String out, String err, double seconds) {
    Said orFail() throws IOException {
      if (exit != 0) {
        throw new IOException(command + " ended with " + exit + ": " + out + err);
      }
      return this;
    }
  }

  /** Runs cachectl as a process, as an operator does. */
  Said cachectl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.blockring.cachectl.Cachectl");
    command.add("--address=127.0.0.1:" + node(1).ports().admin());
    command.addAll(Arrays.asList(arguments));
    Path out = Files.createTempFile(folder, "cachectl", ".out");
    Path err = Files.createTempFile(folder, "cachectl", ".err");
    long begun = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int exit = process.waitFor();
    return new Said(
        List.of(arguments),
        exit,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8),
        (System.nanoTime() - begun) / 1e9);
  }

  /** The sum of a metric's values over its labels, unless the name gives them. */
  double metric(LocalNode node, String name) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(node.adminEndpoint().resolve("/metrics")).timeout(ANSWER).build();
    try (Stream<String> lines = http.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
      return lines
          .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    }
  }

  /** Blocks' bytes that went from member to member to stay: handed over, or fetched for readers. */
  double movedBytes() throws IOException, InterruptedException {
    return metric("blockring_handoff_taken_bytes_total")
        + metric("blockring_fill_bytes_total{class=\"read\",rung=\"peer\"}");
  }

  /** The same over the nodes that are up. */
  double metric(String name) throws IOException, InterruptedException {
    double sum = 0;
    for (LocalNode node : up) {
      sum += metric(node, name);
    }
    return sum;
  }

  /** Returns when a metric of a node has come to rest. */
  void awaitStill(String name, Duration still, Duration within) throws InterruptedException {
    double[] last = {-1};
    long[] changed = {System.nanoTime()};
    Await.until(
        name + " stands still",
        within,
        () -> {
          try {
            double now = metric(name);
            if (now != last[0]) {
              last[0] = now;
              changed[0] = System.nanoTime();
            }
          } catch (IOException e) {
            return e.toString();
          }
          return System.nanoTime() - changed[0] > still.toNanos() ? null : "it is " + last[0];
        });
  }

  @Override
  public void close() throws IOException {
    http.close();
    cluster.close();
    bucket.close();
  }
}
