package io.blockring.benchmarks.disks;

import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.LocalCluster;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One node with two disks, of which the first is to be broken, in front of a directory. */
final class FaultedNode implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(60);
  private static final Pattern PROBLEM = Pattern.compile("\"code\" ?: ?\"(disk_[a-z_]+)\"");

  private final LocalCluster cluster;

  private FaultedNode(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * @param folder where {@code node-1/blocks} is the first disk already
   */
  static FaultedNode start(Path folder, Path bucket) throws IOException, InterruptedException {
    Path second = Files.createDirectories(folder.resolve("second-disk"));
    ClusterPlan plan =
        ClusterPlan.ofWeights(1)
            .withStoreBudget("1GiB")
            // Else what no disk keeps is served from memory, and nobody sees whether it comes back.
            .withSetting("memory.size", "0")
            .withMount("data", new MountPlan(bucket.toUri().toString(), Map.of()))
            .withEnvironment(
                Map.of(
                    "BLOCKRING_STORE_DISKS_1_PATH", second.toString(),
                    "BLOCKRING_STORE_DISKS_1_BUDGET", "64MiB",
                    "BLOCKRING_STORE_DISKS_1_FREE_SPACE_FLOOR", "0"));
    LocalCluster cluster = LocalCluster.start(folder, plan);
    try {
      cluster.awaitReady(READY);
    } catch (InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return new FaultedNode(cluster);
  }

  URI mount() {
    return URI.create(cluster.node(1).s3Endpoint() + "/data");
  }

  long pid() {
    return cluster.node(1).pid();
  }

  /** The problem that {@code cachectl status} shows of the first disk, or {@code healthy}. */
  String state() throws IOException {
    Matcher problem = PROBLEM.matcher(ask("/api/v1/status"));
    return problem.find() ? String.valueOf(problem.group(1)) : "healthy";
  }

  /** Of all disks, from the node's metrics. */
  double metric(String name) throws IOException {
    double sum = 0;
    for (String line : ask("/metrics").split("\n")) {
      if (line.startsWith(name + " ") || line.startsWith(name + "{")) {
        sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
      }
    }
    return sum;
  }

  String log() {
    return cluster.node(1).logTail();
  }

  private String ask(String path) throws IOException {
    var connection = cluster.node(1).adminEndpoint().resolve(path).toURL().openConnection();
    connection.setConnectTimeout(5000);
    connection.setReadTimeout(5000);
    try (InputStream body = connection.getInputStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
