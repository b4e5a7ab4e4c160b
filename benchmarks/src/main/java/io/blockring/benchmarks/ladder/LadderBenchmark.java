package io.blockring.benchmarks.ladder;

import io.blockring.client.CacheClient;
import io.blockring.client.CacheClientSettings;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.ClusterStatus;
import io.blockring.demo.EmbeddedBucket;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.LocalNode;
import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One object, three nodes as processes with weights 1:2:3, an embedded bucket; every block read
 * through each rung. Every reply is compared with what it must be.
 */
public final class LadderBenchmark {
  private static final int BLOCK = 4 * 1024 * 1024;
  private static final int SMALL = 4 * 1024;
  private static final String KEY = "model.bin";
  private static final Duration READY = Duration.ofSeconds(60);

  private final SampleFile file;
  private final LocalCluster cluster;
  private final Rounds rounds;

  private LadderBenchmark(SampleFile file, LocalCluster cluster) {
    this.file = file;
    this.cluster = cluster;
    this.rounds = new Rounds(cluster);
  }

  /**
   * @param arguments a work folder, the object's MiB, how often each warm read is repeated
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    SampleFile file = SampleFile.ofBytes(KEY, Long.parseLong(arguments[1]) << 20, 1);
    int repeats = Integer.parseInt(arguments[2]);
    try (EmbeddedBucket bucket = EmbeddedBucket.start(folder.resolve("bucket"), "bench")) {
      bucket.put(KEY, file);
      ClusterPlan plan =
          ClusterPlan.ofWeights(1, 2, 3)
              .withMount(
                  "models",
                  MountPlan.bucket("s3://bench", bucket.endpoint()).with("freshness", "immutable"))
              .withEnvironment(bucket.credentials().environment())
              .withSetting("memory.size", "512MiB")
              .withJvmFlags("-XX:MaxDirectMemorySize=1g");
      try (LocalCluster cluster = LocalCluster.start(folder, plan)) {
        cluster.awaitReady(READY);
        // Until then every node believes that it is alone, and fetches everything for itself.
        ClusterStatus.awaitOneRing(cluster, READY);
        new LadderBenchmark(file, cluster).run(repeats);
      }
    }
  }

  private static ControlAddress control(LocalNode node) {
    return new ControlAddress("127.0.0.1", node.ports().control());
  }

  private void run(int repeats) throws Exception {
    printMemory("idle");
    Rounds.printHead();
    rounds.run("S3, cold: bucket", blocks(1), BLOCK);
    List<Rounds.Read> own = new ArrayList<>();
    List<Rounds.Read> others = new ArrayList<>();
    for (int node = 1; node <= cluster.nodes().size(); node++) {
      List<Rounds.Read> all = blocks(node);
      List<Rung> rungs = rounds.run("S3, first through node " + node, all, BLOCK);
      for (int i = 0; i < all.size(); i++) {
        (rungs.get(i) == Rung.SSD ? own : others).add(all.get(i));
      }
    }
    rounds.run("S3: own SSD", repeated(own, repeats), BLOCK);
    rounds.run("S3: memory", repeated(others, repeats), BLOCK);
    rounds.run("S3, 4 KiB: memory or SSD", repeated(small(), repeats), SMALL);
    try (CacheClient client = connect()) {
      OpenObject object = client.open("/models/" + KEY, ReadScope.forReader(10_000));
      rounds.run("Java client: peers", repeated(ofClient(client, object, BLOCK), repeats), BLOCK);
      rounds.run(
          "Java client, 4 KiB: peers", repeated(ofClient(client, object, SMALL), repeats), SMALL);
    }
    printMemory("loaded");
  }

  private List<Rounds.Read> blocks(int node) {
    List<Rounds.Read> reads = new ArrayList<>();
    URI uri = object(node);
    for (long at = 0; at < file.size(); at += BLOCK) {
      long offset = at;
      reads.add(() -> overS3(uri, offset, BLOCK));
    }
    return reads;
  }

  private List<Rounds.Read> small() {
    List<Rounds.Read> reads = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      URI uri = object(1 + i % cluster.nodes().size());
      long offset = Math.floorMod(i * 0x9E3779B97F4A7C15L, file.size() / SMALL) * SMALL;
      reads.add(() -> overS3(uri, offset, SMALL));
    }
    return reads;
  }

  private List<Rounds.Read> ofClient(CacheClient client, OpenObject object, int bytes) {
    List<Rounds.Read> reads = new ArrayList<>();
    int count = bytes == BLOCK ? (int) (file.size() / BLOCK) : 1_000;
    for (int i = 0; i < count; i++) {
      long offset = Math.floorMod(i * 0x9E3779B97F4A7C15L, file.size() / bytes) * bytes;
      reads.add(
          () -> {
            ByteBuffer target = ByteBuffer.allocateDirect(bytes);
            try {
              client.read(object, offset, target, ReadScope.forReader(10_000));
            } catch (ReadException e) {
              throw new IOException(e.kind() + ": " + e.getMessage(), e);
            }
            check(offset, target.flip());
            return Rung.PEER;
          });
    }
    return reads;
  }

  private Rung overS3(URI uri, long offset, int length) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(5_000);
    connection.setReadTimeout(30_000);
    connection.setRequestProperty("range", "bytes=" + offset + "-" + (offset + length - 1));
    if (connection.getResponseCode() != 206) {
      throw new IOException(uri + " answered " + connection.getResponseCode());
    }
    try (InputStream body = connection.getInputStream()) {
      check(offset, ByteBuffer.wrap(body.readNBytes(length)));
    }
    return Rung.of(connection.getHeaderField("x-cache"));
  }

  private void check(long offset, ByteBuffer bytes) throws IOException {
    int wrong = file.firstDifference(offset, bytes);
    if (wrong >= 0) {
      throw new IOException("byte " + (offset + wrong) + " is wrong");
    }
  }

  private CacheClient connect() throws IOException {
    return CacheClient.connect(
        CacheClientSettings.of(
            cluster.nodes().stream().map(LadderBenchmark::control).toArray(ControlAddress[]::new)));
  }

  private URI object(int node) {
    return cluster.node(node).s3Endpoint().resolve("/models/" + KEY);
  }

  private static List<Rounds.Read> repeated(List<Rounds.Read> reads, int times) {
    List<Rounds.Read> all = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      all.addAll(reads);
    }
    return all;
  }

  private void printMemory(String when) throws IOException {
    for (LocalNode node : cluster.nodes()) {
      System.out.printf(
          Locale.ROOT, "RSS %s: %s %.0f MiB%n", when, node.name(), node.rssBytes() / 1048576.0);
    }
  }
}
