package io.blockring.benchmarks.mount;

import io.blockring.demo.LocalNode;
import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** All reads of the object through one mount. */
final class Series {
  /** A read; returns its seconds. */
  @FunctionalInterface
  private interface Read {
    double seconds(Path path) throws IOException, InterruptedException;
  }

  private final MountedBy mounted;
  private final List<LocalNode> nodes;
  private final SampleFile file;
  private final Path path;
  private final List<Double> sequential = new ArrayList<>();
  private final List<Double> mapped = new ArrayList<>();
  private double daemonSeconds;
  private double nodeSeconds;

  Series(MountedBy mounted, List<LocalNode> nodes, SampleFile file) {
    this.mounted = mounted;
    this.nodes = nodes;
    this.file = file;
    this.path = mounted.file(file.path());
  }

  /** Without a clock: compares each byte, and lets compilers and caches see the way. */
  void warmUp() throws IOException, InterruptedException {
    check();
    round();
    sequential.clear();
    mapped.clear();
    daemonSeconds = 0;
    nodeSeconds = 0;
  }

  private void check() throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20);
    try (FileChannel channel = FileChannel.open(path)) {
      long at = 0;
      while (channel.read(chunk.clear()) > 0) {
        chunk.flip();
        int count = chunk.remaining();
        int wrong = file.firstDifference(at, chunk);
        if (wrong >= 0) {
          throw new IOException(path + ": byte " + (at + wrong) + " is wrong");
        }
        at += count;
      }
      if (at != file.size()) {
        throw new IOException(path + " ended after " + at + " bytes of " + file.size());
      }
    }
  }

  /** One read of each kind. */
  void round() throws IOException, InterruptedException {
    sequential.add(measure(Series::copy));
    mapped.add(measure(Series::map));
  }

  private double measure(Read read) throws IOException, InterruptedException {
    mounted.forget(path);
    double daemonBefore = mounted.cpuSeconds();
    double nodesBefore = nodes();
    double seconds = read.seconds(path);
    daemonSeconds += mounted.cpuSeconds() - daemonBefore;
    nodeSeconds += nodes() - nodesBefore;
    return file.size() / 1e6 / seconds;
  }

  private double nodes() throws IOException {
    double sum = 0;
    for (LocalNode node : nodes) {
      sum += node.cpuTime().toNanos() / 1e9;
    }
    return sum;
  }

  private static double copy(Path path) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Programs.run(List.of("dd", "status=none", "if=" + path, "of=/dev/null", "bs=1M"));
    return (System.nanoTime() - start) / 1e9;
  }

  private static double map(Path path) throws IOException, InterruptedException {
    String said =
        Programs.run(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MappedRead.class.getName(),
                path.toString()));
    return Double.parseDouble(said.substring(0, said.indexOf(' ')));
  }

  static void printHead() {
    System.out.printf(
        "%-32s %22s %22s %12s %12s%n",
        "MB/s: median (least to most)", "dd bs=1M", "mmap", "daemon s/GB", "nodes s/GB");
  }

  void print() {
    System.out.printf(
        Locale.ROOT,
        "%-32s %22s %22s %12.2f %12.2f%n",
        mounted.name(),
        range(sequential),
        range(mapped),
        daemonPerGb(),
        nodeSeconds / gigabytes());
  }

  /** MB/s. */
  double sequential() {
    return median(sequential);
  }

  /** MB/s. */
  double mapped() {
    return median(mapped);
  }

  /** CPU-seconds of the serving process. */
  double daemonPerGb() {
    return daemonSeconds / gigabytes();
  }

  private double gigabytes() {
    return (sequential.size() + mapped.size()) * (file.size() / 1e9);
  }

  private static String range(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    return String.format(
        Locale.ROOT, "%.0f (%.0f to %.0f)", median(figures), sorted.getFirst(), sorted.getLast());
  }

  private static double median(List<Double> figures) {
    return figures.stream().sorted().toList().get(figures.size() / 2);
  }
}
