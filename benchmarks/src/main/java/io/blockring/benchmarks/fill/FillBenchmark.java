package io.blockring.benchmarks.fill;

import io.blockring.benchmarks.Goal;
import io.blockring.client.CacheClient;
import io.blockring.client.CacheClientSettings;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.ClusterStatus;
import io.blockring.demo.EmbeddedBucket;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.OriginRequest.Operation;
import io.blockring.demo.OriginTraffic;
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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * Cold blocks of a slow bucket, read through three nodes as processes: followers of one fill, small
 * reads in mid-block, one reader of a whole object, in one request and in many. Every byte is
 * compared with what it must be.
 */
public final class FillBenchmark {
  private static final int BLOCK = 4 * 1024 * 1024;
  private static final int SMALL = 4 * 1024;
  private static final int RANGE = 1024 * 1024;
  private static final int IN_MID_BLOCK = 3 * 1024 * 1024;

  /** As long as buckets take; who asks within it is a follower, not a late reader. */
  private static final Duration THINKS = Duration.ofMillis(100);

  private static final Duration READY = Duration.ofSeconds(60);

  private final LocalCluster cluster;
  private final SlowBucket bucket;
  private final int blocks;

  private FillBenchmark(LocalCluster cluster, SlowBucket bucket, int blocks) {
    this.cluster = cluster;
    this.bucket = bucket;
    this.blocks = blocks;
  }

  /**
   * @param arguments a work folder, blocks of each object, the bucket's bytes per second and body
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int blocks = Integer.parseInt(arguments[1]);
    try (EmbeddedBucket embedded = EmbeddedBucket.start(folder.resolve("bucket"), "bench")) {
      for (Part part : Part.values()) {
        embedded.put(part.key, part.file(blocks));
      }
      ClusterPlan plan =
          ClusterPlan.ofWeights(1, 2, 3)
              .withMount(
                  "models",
                  MountPlan.bucket("s3://bench", embedded.endpoint())
                      .with("freshness", "immutable"))
              .withEnvironment(embedded.credentials().environment())
              // All on few processors: a node without a turn is no dead node.
              .withSetting("timeouts.peer", "10s");
      try (LocalCluster cluster = LocalCluster.start(folder, plan)) {
        cluster.awaitReady(READY);
        ClusterStatus.awaitOneRing(cluster, READY);
        SlowBucket slow = new SlowBucket(embedded, Long.parseLong(arguments[2]));
        new FillBenchmark(cluster, slow, blocks).run();
      }
    }
  }

  /** One object for each part of the run. */
  private enum Part {
    WARM("warm.bin"),
    FOLLOWED("followed.bin"),
    MID_BLOCK("mid-block.bin"),
    WHOLE("whole.bin"),
    RANGES("ranges.bin");

    private final String key;

    Part(String key) {
      this.key = key;
    }

    SampleFile file(int blocks) {
      return SampleFile.ofBytes(key, (long) blocks * BLOCK, 1);
    }
  }

  private void run() throws Exception {
    try (CacheClient client = connect();
        ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      followers(Part.WARM, client, readers); // Not printed: the nodes' compilers are at work.
      print(followers(Part.FOLLOWED, client, readers));
      print(midBlock(Part.MID_BLOCK));
      whole(Part.WHOLE);
      ranges(Part.RANGES);
    }
  }

  private record Figures(String name, Histogram micros, OriginTraffic asked) {}

  /** For each block: two S3 readers a node and three Java clients, all at once. */
  private Figures followers(Part part, CacheClient client, ExecutorService readers)
      throws Exception {
    open(part);
    OpenObject object = client.open("/models/" + part.key, ReadScope.forReader(60_000));
    Histogram micros = new Histogram(3);
    bucket.reset();
    bucket.thinksFor(THINKS);
    // Block 0 came with the open.
    for (int block = 1; block < blocks; block++) {
      long offset = (long) block * BLOCK;
      List<Callable<Long>> follow = new ArrayList<>();
      for (int node = 1; node <= 3; node++) {
        URI uri = uri(node, part);
        follow.add(() -> overS3(uri, part, offset, BLOCK));
        follow.add(() -> overS3(uri, part, offset, BLOCK));
        follow.add(() -> overClient(client, object, part, offset));
      }
      bucket.nextFirstByte();
      for (Future<Long> first : readers.invokeAll(follow)) {
        micros.recordValue(Math.max(0, first.get() - bucket.firstByteNanos()) / 1_000);
      }
    }
    bucket.thinksFor(Duration.ZERO);
    return new Figures("followers' first byte behind the bucket's", micros, bucket.asked());
  }

  /** 4 KiB far behind the start of each cold block. */
  private Figures midBlock(Part part) throws Exception {
    open(part);
    Histogram micros = new Histogram(3);
    bucket.reset();
    for (int block = 1; block < blocks; block++) {
      long begun = System.nanoTime();
      overS3(uri(1 + block % 3, part), part, (long) block * BLOCK + IN_MID_BLOCK, SMALL);
      micros.recordValue((System.nanoTime() - begun) / 1_000);
    }
    bucket.awaitBytes((blocks - 1L) * BLOCK);
    return new Figures("4 KiB in mid-block", micros, bucket.asked());
  }

  private void whole(Part part) throws Exception {
    bucket.reset();
    long begun = System.nanoTime();
    overS3(uri(1, part), part, 0, blocks * BLOCK);
    printRate("a whole object by one reader", System.nanoTime() - begun);
  }

  /** One after another, as requests of their own. */
  private void ranges(Part part) throws Exception {
    bucket.reset();
    long begun = System.nanoTime();
    for (long offset = 0; offset < (long) blocks * BLOCK; offset += RANGE) {
      overS3(uri(1, part), part, offset, RANGE);
    }
    printRate("a whole object in ranges of 1 MiB, one by one", System.nanoTime() - begun);
  }

  private void printRate(String what, long nanos) {
    double oneBody = (double) blocks * BLOCK / bucket.bytesPerSecond();
    System.out.printf(
        Locale.ROOT,
        "%s, cold: %.1f s, %.1f s at the rate of one body%n",
        what,
        nanos / 1e9,
        oneBody);
    Goal.atLeast(what + ", times one body's rate", oneBody / (nanos / 1e9), 2);
  }

  private void print(Figures figures) {
    double p50 = figures.micros().getValueAtPercentile(50) / 1e3;
    double p99 = figures.micros().getValueAtPercentile(99) / 1e3;
    double requests = figures.asked().requests(Operation.GET) / (blocks - 1.0);
    double bytes = figures.asked().bytes(Operation.GET) / ((blocks - 1.0) * BLOCK);
    System.out.printf(
        Locale.ROOT,
        "%s: p50 %.1f ms, p99 %.1f ms, max %.1f ms (%d reads); GETs per block %.2f, bytes %.3f x%n",
        figures.name(),
        p50,
        p99,
        figures.micros().getMaxValue() / 1e3,
        figures.micros().getTotalCount(),
        requests,
        bytes);
    boolean isFollowers = figures.name().startsWith("followers");
    double blockMillis = 1e3 * BLOCK / bucket.bytesPerSecond();
    Goal.atMost(figures.name() + ", p50 ms", p50, isFollowers ? 10 : blockMillis / 4);
    Goal.atMost(figures.name() + ", p99 ms", p99, isFollowers ? 10 : blockMillis / 4);
    Goal.atMost(figures.name() + ", GETs per block", requests, isFollowers ? 1 : 2);
    Goal.atMost(figures.name() + ", bytes from the bucket", bytes, 1);
  }

  /** Every node knows the version, and block 0 is in. */
  private void open(Part part) throws IOException {
    for (int node = 1; node <= 3; node++) {
      overS3(uri(node, part), part, 0, BLOCK);
    }
  }

  private URI uri(int node, Part part) {
    return cluster.node(node).s3Endpoint().resolve("/models/" + part.key);
  }

  /** Returns when the first byte of the body was there. */
  private long overS3(URI uri, Part part, long offset, int length) throws IOException {
    // Before anybody waits: to make room for many blocks takes a collection of garbage.
    byte[] bytes = new byte[length];
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(5_000);
    connection.setReadTimeout(60_000);
    connection.setRequestProperty("range", "bytes=" + offset + "-" + (offset + length - 1));
    if (connection.getResponseCode() != 206) {
      throw new IOException(uri + " answered " + connection.getResponseCode());
    }
    try (InputStream body = connection.getInputStream()) {
      bytes[0] = (byte) body.read();
      long firstByte = System.nanoTime();
      body.readNBytes(bytes, 1, length - 1);
      check(part, offset, ByteBuffer.wrap(bytes));
      return firstByte;
    }
  }

  private long overClient(CacheClient client, OpenObject object, Part part, long offset)
      throws IOException {
    FirstByte sink = new FirstByte(BLOCK);
    try {
      client.read(object, offset, BLOCK, sink, ReadScope.forReader(60_000));
    } catch (ReadException e) {
      throw new IOException(e.kind() + ": " + e.getMessage(), e);
    }
    check(part, offset, sink.bytes.flip());
    return sink.firstNanos;
  }

  private void check(Part part, long offset, ByteBuffer bytes) throws IOException {
    int wrong = part.file(blocks).firstDifference(offset, bytes);
    if (wrong >= 0) {
      throw new IOException("byte " + (offset + wrong) + " of " + part.key + " is wrong");
    }
  }

  private CacheClient connect() throws IOException {
    return CacheClient.connect(
        CacheClientSettings.of(
            cluster.nodes().stream()
                .map(node -> new ControlAddress("127.0.0.1", node.ports().control()))
                .toArray(ControlAddress[]::new)));
  }

  private static final class FirstByte implements ByteSink {
    private final ByteBuffer bytes;
    private long firstNanos;

    FirstByte(int length) {
      this.bytes = ByteBuffer.allocate(length);
    }

    @Override
    public ByteBuffer claim(int maxBytes) {
      return bytes.slice(bytes.position(), Math.min(maxBytes, bytes.remaining()));
    }

    @Override
    public void commit(int count, Rung rung) {
      if (bytes.position() == 0) {
        firstNanos = System.nanoTime();
      }
      bytes.position(bytes.position() + count);
    }
  }
}
