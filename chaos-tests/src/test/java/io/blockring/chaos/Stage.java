package io.blockring.chaos;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.admin.Address;
import io.blockring.cachectl.admin.AdminClient;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import io.blockring.demo.Await;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.ClusterStatus;
import io.blockring.demo.EmbeddedBucket;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.LocalNode;
import io.blockring.demo.OriginTraffic;
import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A bucket with files, served over S3 and counted, and a cluster of node processes before it. The
 * bucket is mounted as {@code models}, and its keys never change unless a scenario says otherwise.
 *
 * <p>With Toxiproxy, every byte between readers and nodes, between nodes, and between nodes and
 * bucket crosses it, Hazelcast's too. A link is one port of one node (or the bucket) for all who
 * connect to it: a fault between two nodes alone is not possible.
 */
final class Stage implements AutoCloseable {
  static final String MOUNT = "models";
  static final String BUCKET = "acme-models";

  private static final Duration READY = Duration.ofSeconds(120);
  private static final Duration STILL = Duration.ofMillis(200);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final EmbeddedBucket bucket;
  private final LocalCluster cluster;
  private final @Nullable Toxiproxy toxiproxy;

  private Stage(EmbeddedBucket bucket, LocalCluster cluster, @Nullable Toxiproxy toxiproxy) {
    this.bucket = bucket;
    this.cluster = cluster;
    this.toxiproxy = toxiproxy;
  }

  /** Starts everything; the nodes are ready and on one ring when it returns. */
  static Stage open(
      Path directory,
      Collection<SampleFile> files,
      UnaryOperator<ClusterPlan> changes,
      Integer... weights)
      throws IOException, InterruptedException {
    return open(null, directory, files, changes, weights);
  }

  /**
   * The same with Toxiproxy on every link.
   *
   * @param toxiproxy belongs to the stage from now on; null for none
   */
  static Stage open(
      @Nullable Toxiproxy toxiproxy,
      Path directory,
      Collection<SampleFile> files,
      UnaryOperator<ClusterPlan> changes,
      Integer... weights)
      throws IOException, InterruptedException {
    EmbeddedBucket bucket = EmbeddedBucket.start(directory.resolve("bucket"), BUCKET);
    try {
      bucket.putAll("", files, _ -> {});
      URI endpoint =
          toxiproxy == null ? bucket.endpoint() : Links.toBucket(toxiproxy, bucket.endpoint());
      MountPlan models = MountPlan.bucket("s3://" + bucket.name(), endpoint);
      ClusterPlan plan =
          ClusterPlan.ofWeights(weights)
              .shortLived()
              .withMount(MOUNT, models.with("freshness", "immutable"))
              .withEnvironment(bucket.credentials().environment());
      LocalCluster cluster =
          LocalCluster.start(directory, changes.apply(toxiproxy == null ? plan : plan.proxied()));
      try {
        Stage stage = new Stage(bucket, cluster, toxiproxy);
        if (toxiproxy != null) {
          Links.toNodes(toxiproxy, cluster.nodes());
        }
        cluster.awaitReady(READY);
        stage.awaitOneRing();
        return stage;
      } catch (IOException | InterruptedException | RuntimeException e) {
        cluster.close();
        throw e;
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      bucket.close();
      throw e;
    }
  }

  @Nullable Toxiproxy toxiproxy() {
    return toxiproxy;
  }

  EmbeddedBucket bucket() {
    return bucket;
  }

  LocalNode node(int number) {
    return cluster.node(number);
  }

  List<LocalNode> nodes() {
    return cluster.nodes();
  }

  /** One S3 reader for each node. */
  List<S3Reads> s3Readers(String mount) {
    return nodes().stream()
        .map(node -> new S3Reads("S3 of " + node.name(), mount, node.s3Endpoint()))
        .toList();
  }

  /** Returns when every node is ready and sees every other alive, on the same ring. */
  void awaitOneRing() throws InterruptedException {
    for (LocalNode node : nodes()) {
      node.awaitReady(READY);
    }
    ClusterStatus.awaitOneRing(cluster, READY);
  }

  /** What a node says of itself. */
  static Json status(LocalNode node) throws CommandFailure {
    Address address = new Address(node.host().bound(), node.ports().admin());
    return new AdminClient(List.of(address), ANSWER).ask(Request.get("status")).json();
  }

  /** The sum of a metric's values, over its labels, as a node shows them now. */
  double metric(int number, String name) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(node(number).adminEndpoint().resolve("/metrics"))
            .timeout(ANSWER)
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.ofLines())
          .body()
          .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    }
  }

  /** How often the nodes took an owner for dead, since they started. */
  long silences() throws IOException, InterruptedException {
    return sum("blockring_peer_silences_total");
  }

  /** Fills of all nodes that began in the middle of a block: such a block costs two requests. */
  long midBlockFills() throws IOException, InterruptedException {
    return sum("blockring_fill_mid_block_total");
  }

  private long sum(String metric) throws IOException, InterruptedException {
    double sum = 0;
    for (int node = 1; node <= nodes().size(); node++) {
      sum += metric(node, metric);
    }
    return (long) sum;
  }

  /**
   * What the bucket was asked for, when that has come to rest: the proxy counts bytes after it has
   * passed them on.
   */
  OriginTraffic settledTraffic() throws InterruptedException {
    OriginTraffic[] last = {bucket.proxy().traffic()};
    long[] changedNanos = {System.nanoTime()};
    Await.until(
        "the bucket's counters stand still",
        Duration.ofSeconds(10),
        () -> {
          OriginTraffic now = bucket.proxy().traffic();
          if (!now.equals(last[0])) {
            last[0] = now;
            changedNanos[0] = System.nanoTime();
          }
          return System.nanoTime() - changedNanos[0] > STILL.toNanos() ? null : "they move";
        });
    return last[0];
  }

  /** Every warning and error in the nodes' logs. */
  List<String> complaints() throws IOException {
    List<String> complaints = new ArrayList<>();
    for (LocalNode node : nodes()) {
      Files.readAllLines(node.logFile()).stream()
          .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
          .map(line -> node.name() + " " + line)
          .forEach(complaints::add);
    }
    return complaints;
  }

  @Override
  public void close() throws IOException {
    cluster.close();
    bucket.close();
    if (toxiproxy != null) {
      toxiproxy.close();
    }
  }
}
