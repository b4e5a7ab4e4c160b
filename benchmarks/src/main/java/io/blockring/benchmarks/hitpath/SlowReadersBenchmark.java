package io.blockring.benchmarks.hitpath;

import io.blockring.benchmarks.Goal;
import io.blockring.benchmarks.hitpath.Comparison.Effort;
import io.blockring.benchmarks.hitpath.Window.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What other readers keep while very many take one byte a second; see slow-readers.sh. */
public final class SlowReadersBenchmark {
  private static final String ALONE = "alone";
  private static final String BESIDE = "beside slow readers";

  private SlowReadersBenchmark() {}

  /**
   * @param arguments a work folder, the processor of the node or nothing, windows, milliseconds of
   *     each, slow readers
   */
  public static void main(String[] arguments) throws Exception {
    Effort effort = new Effort(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), 12);
    int count = Integer.parseInt(arguments[4]);
    try (Servers servers = new Servers(Path.of(arguments[0]), 256, arguments[1], count + 200)) {
      servers.environment().forEach(System.out::println);
      run(servers, servers.plainNode(), effort, count);
    }
  }

  private static void run(Servers servers, ServingNode node, Effort effort, int count)
      throws Exception {
    Ranges blocks = new Ranges(4 << 20, servers.file().size());
    List<Load> loads =
        List.of(new Load(new Ranges(64 << 10, servers.file().size()), 6), new Load(blocks, 2));
    Comparison before = others(ALONE, effort, loads, node);
    printMemory("before", node);
    double beside;
    int port = node.node().ports().blocks();
    try (SlowReaders slow = SlowReaders.start(port, count, node.verifiedRequest(), blocks)) {
      printMemory(count + " slow readers connected", node);
      Comparison with = others(BESIDE, effort, loads, node);
      beside = throughput(with, BESIDE);
      printMemory("with " + count + " slow readers", node);
      System.out.printf("slow readers given up by the node: %d%n", slow.givenUp());
    }
    Comparison after = others(ALONE, effort, loads, node);
    printMemory("after", node);
    double alone = (throughput(before, ALONE) + throughput(after, ALONE)) / 2;
    Goal.atLeast(
        "throughput of others beside " + count + " slow readers, of alone", beside / alone, 0.95);
  }

  private static Comparison others(String name, Effort effort, List<Load> loads, ServingNode node)
      throws IOException, InterruptedException {
    Side side = new Side(name, node.pids(), node.verified());
    return Comparison.run("others, " + name, effort, loads, List.of(side));
  }

  private static double throughput(Comparison comparison, String side) {
    return comparison.median(
        side, result -> result.figures().stream().mapToDouble(Figures::gigabytesPerSecond).sum());
  }

  private static void printMemory(String when, ServingNode node) throws IOException {
    String sockets =
        Files.readAllLines(Path.of("/proc/net/sockstat")).stream()
            .filter(line -> line.startsWith("TCP:"))
            .findFirst()
            .orElse("");
    System.out.printf(
        "memory %s: node %d MiB resident; kernel (pages of 4 KiB): %s%n",
        when, node.node().rssBytes() >> 20, sockets);
  }
}
