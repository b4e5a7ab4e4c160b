package io.blockring.benchmarks.disks;

import io.blockring.benchmarks.Goal;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.LocalNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Starts a node as a process on a store with millions of blocks: seconds from the process's start
 * until it says that it is ready, and what it remembers of each block, heap and native together.
 */
public final class RestartBenchmark {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int MILLION = 1_000_000;
  private static final Pattern CLASS = Pattern.compile(" *\\d+: +\\d+ +(\\d+) +(.*)");
  private static final Pattern DIRECT =
      Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB");

  /** One start. */
  private record Start(double seconds, double cpuSeconds, long liveBytes, long residentBytes) {}

  private RestartBenchmark() {}

  /** Arguments: an empty folder. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    System.out.printf(
        "%-22s %9s %9s %15s %9s%n", "store", "ready s", "CPU s", "bytes a block", "RSS MiB");
    Start empty = start(folder.resolve("empty"), 64L << 20);
    print("empty", empty, 0);
    measure(folder, empty, "1 M large blocks", MILLION, true, 5);
    measure(folder, empty, "1 M small blocks", MILLION, false, 5);
    measure(folder, empty, "8 M small blocks", 8 * MILLION, false, 10);
  }

  private static void measure(
      Path folder, Start empty, String name, int blocks, boolean areLarge, double limitSeconds)
      throws Exception {
    Path home = folder.resolve(name.replace(' ', '-'));
    long budget = SparseStore.write(home.resolve("node-1").resolve("blocks"), blocks, areLarge);
    Start start = start(home, budget);
    double perBlock = (double) (start.liveBytes - empty.liveBytes) / blocks;
    print(name, start, perBlock);
    Goal.atMost("seconds until ready, " + name, start.seconds, limitSeconds);
    Goal.atMost("bytes of memory a block, " + name, perBlock, 32);
    Shell.run("rm", "-rf", home.toString());
  }

  private static void print(String name, Start start, double perBlock) {
    System.out.printf(
        Locale.ROOT,
        "%-22s %9.2f %9.2f %15.1f %9d%n",
        name,
        start.seconds,
        start.cpuSeconds,
        perBlock,
        start.residentBytes >> 20);
  }

  private static Start start(Path home, long budgetBytes) throws Exception {
    Files.createDirectories(home);
    ClusterPlan plan =
        ClusterPlan.ofWeights(1)
            .withStoreBudget(Long.toString(budgetBytes))
            .withJvmFlags("-Xmx1g", "-XX:NativeMemoryTracking=summary");
    long start = System.nanoTime();
    try (LocalCluster cluster = LocalCluster.start(home, plan)) {
      cluster.awaitReady(PATIENCE);
      double seconds = (System.nanoTime() - start) / 1e9;
      LocalNode node = cluster.node(1);
      double cpu = node.cpuTime().toMillis() / 1000.0;
      long live = liveBytes(jcmd(node, "GC.class_histogram"));
      long direct = number(DIRECT, jcmd(node, "VM.native_memory", "summary")) * 1024;
      return new Start(seconds, cpu, live + direct, node.rssBytes());
    }
  }

  private static String jcmd(LocalNode node, String... what) throws IOException {
    String[] command = new String[what.length + 2];
    command[0] = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    command[1] = Long.toString(node.pid());
    System.arraycopy(what, 0, command, 2, what.length);
    return Shell.run(command);
  }

  /** Of all objects, without what the collector puts in place of dead ones. */
  private static long liveBytes(String histogram) {
    return CLASS
        .matcher(histogram)
        .results()
        .filter(line -> !line.group().contains("FillerElement"))
        .mapToLong(line -> Long.parseLong(line.group(1)))
        .sum();
  }

  private static long number(Pattern pattern, String text) throws IOException {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new IOException("no " + pattern + " in what jcmd said: " + text);
    }
    return Long.parseLong(found.group(1));
  }
}
