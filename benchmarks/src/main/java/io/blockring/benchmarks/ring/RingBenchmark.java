package io.blockring.benchmarks.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints the tables that compare rings, then the goals: {@code RingBenchmark [EVENTS]}, 20 events
 * of each kind by default.
 */
public final class RingBenchmark {

  private static final int[] SMALL = {3, 10, 100};
  private static final int LARGE = 1000;

  private RingBenchmark() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int events = arguments.length == 0 ? 20 : Integer.parseInt(arguments[0]);
    System.out.println("CPU: " + cpuName() + ", Java " + System.getProperty("java.version"));
    System.out.println(
        "Weights are log-normal. Movement: moved / minimum, mean of "
            + events
            + " named events. Look-ups in ns, all times are CPU time of one thread, least of several"
            + " runs.");
    System.out.println(
        "~ sampled by hashes, so loads and movement carry noise"
            + " (rendezvous is exact and minimal by construction)");
    for (int members : SMALL) {
      table(members, events);
    }
    Goals.print(table(LARGE, events));
  }

  /** Prints one row per algorithm and returns the figures of our own ring. */
  private static Figures table(int members, int events) throws IOException, InterruptedException {
    System.out.printf(Locale.ROOT, "%n%-18s %s%n", members + " members", Figures.TITLES);
    List<Figures> rows = new ArrayList<>();
    for (Algorithm algorithm : Measurement.algorithms(members)) {
      Figures figures = Measurement.inProcess(algorithm, members, events);
      rows.add(figures);
      System.out.printf(
          "%-16s %s %s%n", algorithm.name(), algorithm.isExact() ? " " : "~", figures.toRow());
    }
    return rows.getFirst();
  }

  private static String cpuName() throws IOException {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpuinfo)) {
      return System.getProperty("os.arch");
    }
    return Files.readAllLines(cpuinfo).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }
}
