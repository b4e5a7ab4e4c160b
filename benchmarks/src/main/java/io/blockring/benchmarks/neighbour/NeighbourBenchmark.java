package io.blockring.benchmarks.neighbour;

import io.blockring.benchmarks.Goal;
import io.blockring.client.CacheClient;
import io.blockring.client.CacheClientSettings;
import io.blockring.client.OpenObject;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.ladder.ReadScope;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.EmbeddedBucket;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.LocalNode;
import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * A victim's steps alone (the node is stopped by a signal), beside an idle node, and beside one
 * that serves and warms up, in turns; and what the node takes: memory under a limit that its hot
 * set is six times as large as, processor time for what it serves.
 */
public final class NeighbourBenchmark {
  private static final int BLOCK = 4 << 20;
  private static final long FILE_BYTES = 64L << 20;
  private static final long BYTES_PER_SECOND = 250_000_000;
  private static final Duration READY = Duration.ofSeconds(60);

  private enum Phase {
    ALONE,
    IDLE,
    SERVING
  }

  private record Options(int rounds, long windowMillis, int hotFiles, long victimBytes) {}

  private final Options options;
  private final LocalNode node;
  private final CacheClient client;
  private final VictimProcess victim;
  private final List<OpenObject> hot = new ArrayList<>();
  private final LongAdder served = new LongAdder();
  private final Map<Phase, List<Double>> p99 = new EnumMap<>(Phase.class);
  private final Map<Phase, List<Double>> p50 = new EnumMap<>(Phase.class);
  private double cpuSeconds;
  private long measuredBytes;
  private long mostRss;
  private long leastResident = Long.MAX_VALUE;

  private NeighbourBenchmark(
      Options options, LocalNode node, CacheClient client, VictimProcess victim) {
    this.options = options;
    this.node = node;
    this.client = client;
    this.victim = victim;
  }

  /**
   * @param arguments a work folder, rounds, seconds of a window, MiB of the hot set, MiB that the
   *     victim maps
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Options options =
        new Options(
            Integer.parseInt(arguments[1]),
            Long.parseLong(arguments[2]) * 1_000,
            (int) (Long.parseLong(arguments[3]) * 1024 * 1024 / FILE_BYTES),
            Long.parseLong(arguments[4]) << 20);
    try (EmbeddedBucket bucket = EmbeddedBucket.start(folder.resolve("bucket"), "bench");
        MemoryGroup group = MemoryGroup.limitedTo(1L << 30)) {
      bucket.putAll("hot/", files(options.hotFiles(), 1), _ -> {});
      bucket.putAll("warm/", files(options.rounds() * 4, 2), _ -> {});
      try (LocalCluster cluster = LocalCluster.start(folder, plan(bucket))) {
        group.take(cluster.node(1).pid());
        cluster.awaitReady(READY);
        run(options, folder, cluster.node(1), group);
      }
    }
  }

  private static ClusterPlan plan(EmbeddedBucket bucket) {
    return ClusterPlan.ofWeights(1)
        .withMount(
            "models",
            MountPlan.bucket("s3://bench", bucket.endpoint()).with("freshness", "immutable"))
        .withEnvironment(bucket.credentials().environment())
        .withStoreBudget("16GiB")
        .withSetting("limits.cpu", "1")
        .withSetting("limits.memory", "400MiB")
        .withSetting("limits.bytesInFlight", "56MiB")
        .withSetting("limits.pressure", "40")
        .withSetting("memory.size", "56MiB")
        .withJvmFlags("-Xmx128m", "-XX:MaxDirectMemorySize=1g", "-XX:ActiveProcessorCount=1");
  }

  private static List<SampleFile> files(int count, long seed) {
    return IntStream.range(0, count)
        .mapToObj(i -> SampleFile.ofBytes("%04d.bin".formatted(i), FILE_BYTES, seed))
        .toList();
  }

  private static void run(Options options, Path folder, LocalNode node, MemoryGroup group)
      throws Exception {
    Path file = folder.resolve("victim");
    writePages(file, options.victimBytes());
    long idleRss = node.rssBytes();
    ControlAddress control = new ControlAddress("127.0.0.1", node.ports().control());
    try (CacheClient client = CacheClient.connect(CacheClientSettings.of(control));
        VictimProcess victim = new VictimProcess(file)) {
      NeighbourBenchmark benchmark = new NeighbourBenchmark(options, node, client, victim);
      benchmark.fill();
      for (int round = 0; round < options.rounds(); round++) {
        benchmark.alone();
        benchmark.idle();
        benchmark.serving(round);
      }
      benchmark.print(idleRss, group.kills());
    }
  }

  private static void writePages(Path file, long bytes) throws IOException {
    byte[] pages = new byte[1 << 20];
    new SplittableRandom(3).nextBytes(pages);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long at = 0; at < bytes; at += pages.length) {
        out.write(pages);
      }
    }
  }

  /** Everything hot comes onto the SSD, once. */
  private void fill() throws Exception {
    ByteBuffer target = ByteBuffer.allocateDirect(BLOCK);
    for (int i = 0; i < options.hotFiles(); i++) {
      OpenObject object =
          client.open("/models/hot/%04d.bin".formatted(i), ReadScope.forReader(30_000));
      hot.add(object);
      for (long at = 0; at < FILE_BYTES; at += BLOCK) {
        client.read(object, at, target.clear(), ReadScope.forReader(30_000));
      }
    }
    System.out.printf("hot set: %d MiB filled%n", options.hotFiles() * (FILE_BYTES >> 20));
  }

  private void alone() throws Exception {
    node.pause();
    measure(Phase.ALONE);
    node.resume();
    node.awaitReady(READY);
  }

  private void idle() throws Exception {
    measure(Phase.IDLE);
  }

  private void serving(int round) throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      SplittableRandom random = new SplittableRandom(round * 2L + i);
      readers.add(Thread.ofPlatform().start(() -> readUntil(isOver, random)));
    }
    warmUp(round);
    double cpuBefore = node.cpuTime().toNanos() / 1e9;
    long bytesBefore = served.sum();
    measure(Phase.SERVING);
    cpuSeconds += node.cpuTime().toNanos() / 1e9 - cpuBefore;
    measuredBytes += served.sum() - bytesBefore;
    isOver.set(true);
    for (Thread reader : readers) {
      reader.join(60_000);
    }
  }

  private void readUntil(AtomicBoolean isOver, SplittableRandom random) {
    ByteBuffer target = ByteBuffer.allocateDirect(BLOCK);
    long pauseNanos = 2L * BLOCK * 1_000_000_000 / BYTES_PER_SECOND;
    long due = System.nanoTime();
    while (!isOver.get()) {
      OpenObject object = hot.get(random.nextInt(hot.size()));
      long at = random.nextLong(FILE_BYTES / BLOCK) * BLOCK;
      try {
        client.read(object, at, target.clear(), ReadScope.forReader(30_000));
        served.add(BLOCK);
        due += pauseNanos;
        long wait = due - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(Duration.ofNanos(wait));
        } else {
          due = System.nanoTime();
        }
      } catch (Exception e) {
        throw new IllegalStateException("a read beside the victim failed", e);
      }
    }
  }

  private void warmUp(int round) throws IOException {
    for (int i = 0; i < 4; i++) {
      HttpURLConnection post =
          (HttpURLConnection)
              node.adminEndpoint().resolve("/api/v1/warmups").toURL().openConnection();
      post.setDoOutput(true);
      post.setRequestProperty("content-type", "application/json");
      String path = "/models/warm/%04d.bin".formatted(round * 4 + i);
      post.getOutputStream()
          .write("{\"paths\":[\"%s\"]}".formatted(path).getBytes(StandardCharsets.UTF_8));
      if (post.getResponseCode() / 100 != 2) {
        throw new IOException("a warm-up was answered " + post.getResponseCode());
      }
    }
  }

  private void measure(Phase phase) throws Exception {
    VictimProcess.Steps steps = victim.step(options.windowMillis());
    add(p50, phase, steps.p50());
    add(p99, phase, steps.p99());
    long rss = phase == Phase.ALONE ? 0 : node.rssBytes();
    mostRss = Math.max(mostRss, rss);
    leastResident = Math.min(leastResident, victim.residentBytes());
    System.out.printf(
        Locale.ROOT,
        "%-8s p50 %5d us  p99 %5d us  max %6d us%n",
        phase.name().toLowerCase(Locale.ROOT),
        steps.p50(),
        steps.p99(),
        steps.max());
  }

  private static void add(Map<Phase, List<Double>> figures, Phase phase, double figure) {
    figures.computeIfAbsent(phase, _ -> new ArrayList<>()).add(figure);
  }

  private void print(long idleRss, long kills) {
    System.out.println("phase     p50 us   p99 us (medians of the windows)");
    for (Phase phase : Phase.values()) {
      System.out.printf(
          Locale.ROOT, "%-8s %7.0f  %7.0f%n", phase, median(p50, phase), median(p99, phase));
    }
    double gigabytes = measuredBytes / 1e9;
    System.out.printf(
        Locale.ROOT,
        "served %.2f GB while warming: %.3f CPU-s/GB (warm-up in it), %.1f cores per 100 Gb/s%n",
        gigabytes,
        cpuSeconds / gigabytes,
        12.5 * cpuSeconds / gigabytes);
    System.out.printf(
        Locale.ROOT,
        "RSS: idle %.0f MiB, most %.0f MiB, limits.memory 400 MiB; group of 1 GiB, hot set %d MiB%n",
        idleRss / 1048576.0,
        mostRss / 1048576.0,
        options.hotFiles() * (FILE_BYTES >> 20));
    double alone = median(p99, Phase.ALONE);
    Goal.atMost("victim p99 beside an idle node / alone", median(p99, Phase.IDLE) / alone, 1.05);
    Goal.atMost(
        "victim p99 beside a serving and warming node / alone",
        median(p99, Phase.SERVING) / alone,
        1.10);
    Goal.atMost(
        "victim's pages lost, share", 1 - (double) leastResident / options.victimBytes(), 0.02);
    Goal.atMost("OOM kills", kills, 0);
    Goal.atMost("node RSS MiB", mostRss / 1048576.0, 400);
  }

  private static double median(Map<Phase, List<Double>> figures, Phase phase) {
    List<Double> sorted = figures.getOrDefault(phase, List.of()).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
