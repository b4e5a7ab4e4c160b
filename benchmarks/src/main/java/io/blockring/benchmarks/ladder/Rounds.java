package io.blockring.benchmarks.ladder;

import io.blockring.client.ladder.Rung;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.LocalNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Lists of reads, each timed as a whole against the CPU that all nodes used meanwhile. */
final class Rounds {
  /** One read; says which rung it needed. */
  @FunctionalInterface
  interface Read {
    Rung run() throws IOException;
  }

  private static final int READERS = 8;

  private final LocalCluster cluster;

  Rounds(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Does the reads, {@value #READERS} at a time, and prints a line.
   *
   * @param bytesPerRead of each
   * @return what each rung answered, in the order of the reads
   */
  List<Rung> run(String name, List<? extends Read> reads, long bytesPerRead)
      throws IOException, InterruptedException {
    Histogram micros = new ConcurrentHistogram(3);
    double cpuBefore = cpuSeconds();
    long begun = System.nanoTime();
    List<Rung> rungs = new ArrayList<>();
    try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
      List<Future<Rung>> pending = new ArrayList<>();
      for (Read read : reads) {
        pending.add(
            readers.submit(
                () -> {
                  long start = System.nanoTime();
                  Rung rung = read.run();
                  micros.recordValue((System.nanoTime() - start) / 1_000);
                  return rung;
                }));
      }
      for (Future<Rung> read : pending) {
        rungs.add(read.get());
      }
    } catch (ExecutionException e) {
      throw new IOException(name + ": " + e.getCause(), e);
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    double gigabytes = reads.size() * bytesPerRead / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%-26s %6d %8.3f %8.2f %9.3f %9.3f %11.3f   %s%n",
        name,
        reads.size(),
        gigabytes,
        gigabytes / seconds,
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        (cpuSeconds() - cpuBefore) / gigabytes,
        shares(rungs));
    return rungs;
  }

  static void printHead() {
    System.out.printf(
        "%-26s %6s %8s %8s %9s %9s %11s   %s%n",
        "read", "reads", "GB", "GB/s", "p50 ms", "p99 ms", "node s/GB", "rungs");
  }

  private double cpuSeconds() throws IOException {
    double sum = 0;
    for (LocalNode node : cluster.nodes()) {
      sum += node.cpuTime().toNanos() / 1e9;
    }
    return sum;
  }

  private static String shares(List<Rung> rungs) {
    Map<Rung, Integer> counts = new EnumMap<>(Rung.class);
    rungs.forEach(rung -> counts.merge(rung, 1, Integer::sum));
    return counts.toString();
  }
}
