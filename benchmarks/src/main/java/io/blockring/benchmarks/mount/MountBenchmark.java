package io.blockring.benchmarks.mount;

import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.ClusterStatus;
import io.blockring.demo.EmbeddedBucket;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One object, resident on a cluster of two nodes, read through {@code cachectl mount} and through
 * {@code rclone mount} of a node's S3 endpoint: by {@code dd} and through a map. The page cache of
 * the file is dropped before each read. Figures are medians.
 */
public final class MountBenchmark {
  private static final String KEY = "model.bin";
  private static final Duration READY = Duration.ofSeconds(120);

  private record Figures(double sequential, double mapped, double cpuPerGb) {}

  private final SampleFile file;
  private final int repeats;
  private final Map<String, Figures> all = new TreeMap<>();

  private MountBenchmark(SampleFile file, int repeats) {
    this.file = file;
    this.repeats = repeats;
  }

  /**
   * @param arguments a work folder, the object's MiB, how often each read is repeated
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    SampleFile file = SampleFile.ofBytes(KEY, Long.parseLong(arguments[1]) << 20, 1);
    MountBenchmark benchmark = new MountBenchmark(file, Integer.parseInt(arguments[2]));
    try (EmbeddedBucket bucket = EmbeddedBucket.start(folder.resolve("bucket"), "bench")) {
      bucket.put(KEY, file);
      ClusterPlan plan =
          ClusterPlan.ofWeights(1, 1)
              .withMount(
                  "models",
                  MountPlan.bucket("s3://bench", bucket.endpoint()).with("freshness", "immutable"))
              .withEnvironment(bucket.credentials().environment());
      try (LocalCluster cluster = LocalCluster.start(folder, plan)) {
        cluster.awaitReady(READY);
        ClusterStatus.awaitOneRing(cluster, READY);
        benchmark.run(folder, cluster);
      }
    }
  }

  private void run(Path folder, LocalCluster cluster) throws Exception {
    System.out.printf("%-42s %12s %12s %14s%n", "", "dd bs=1M", "mmap", "daemon CPU");
    for (String ahead : List.of("1MiB", "4MiB")) {
      try (MountedBy mounted =
          MountedBy.blockring(folder, cluster.node(1), "--kernel-read-ahead", ahead)) {
        measure(mounted);
      }
    }
    for (String cache : List.of("off", "full")) {
      try (MountedBy mounted = MountedBy.rclone(folder, cluster.node(1), cache)) {
        measure(mounted);
      }
    }
    Figures ours = figures("blockring --kernel-read-ahead 4MiB");
    Figures theirs = figures("rclone off");
    goal("mount_dd_time_over_rclone_off", theirs.sequential() / ours.sequential(), 1);
    goal("mount_mmap_time_over_rclone_off", theirs.mapped() / ours.mapped(), 1);
    goal("mount_cpu_per_gb_over_rclone_off", ours.cpuPerGb() / theirs.cpuPerGb(), 1);
  }

  private Figures figures(String name) {
    Figures figures = all.get(name);
    if (figures == null) {
      throw new IllegalStateException("nothing was measured of " + name);
    }
    return figures;
  }

  private static void goal(String name, double figure, double most) {
    System.out.printf(
        Locale.ROOT,
        "goal: %s = %.2f (<= %.2f) %s%n",
        name,
        figure,
        most,
        figure <= most ? "met" : "short");
  }

  private void measure(MountedBy mounted) throws Exception {
    Path path = mounted.file(KEY);
    // Once without a clock: everything is resident and the compiler has seen the code, and each
    // byte is compared.
    check(path);
    dropPages(path);
    sequential(path);
    double before = mounted.cpuSeconds();
    List<Double> sequential = new ArrayList<>();
    List<Double> mapped = new ArrayList<>();
    for (int i = 0; i < repeats; i++) {
      dropPages(path);
      sequential.add(sequential(path));
      dropPages(path);
      mapped.add(mapped(path));
    }
    double cpu = (mounted.cpuSeconds() - before) / (2 * repeats * file.size() / 1e9);
    Figures figures = new Figures(median(sequential), median(mapped), cpu);
    all.put(mounted.name(), figures);
    System.out.printf(
        Locale.ROOT,
        "%-42s %7.0f MB/s %7.0f MB/s %9.2f s/GB%n",
        mounted.name(),
        figures.sequential(),
        figures.mapped(),
        figures.cpuPerGb());
  }

  private void check(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
      int wrong = Files.size(path) == file.size() ? file.firstDifference(0, map) : 0;
      if (wrong >= 0) {
        throw new IOException(path + ": byte " + wrong + " is wrong");
      }
    }
  }

  private static void dropPages(Path path) throws IOException, InterruptedException {
    dd("if=" + path, "iflag=nocache", "count=0");
  }

  /** MB/s. */
  private double sequential(Path path) throws IOException, InterruptedException {
    long start = System.nanoTime();
    dd("if=" + path, "of=/dev/null", "bs=1M");
    return file.size() / 1e6 / ((System.nanoTime() - start) / 1e9);
  }

  /** MB/s of touching each page in order. */
  private double mapped(Path path) throws IOException {
    long start = System.nanoTime();
    long sum = 0;
    try (FileChannel channel = FileChannel.open(path)) {
      MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
      for (int at = 0; at < map.limit(); at += 4096) {
        sum += map.get(at);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return sum == Long.MIN_VALUE ? 0 : file.size() / 1e6 / seconds;
  }

  private static void dd(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("dd", "status=none"));
    command.addAll(List.of(arguments));
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException(command + " ended with " + status);
    }
  }

  private static double median(List<Double> figures) {
    return figures.stream().sorted().toList().get(figures.size() / 2);
  }
}
