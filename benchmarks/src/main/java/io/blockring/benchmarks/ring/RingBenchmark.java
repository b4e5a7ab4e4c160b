package io.blockring.benchmarks.ring;

import io.blockring.ring.Ring;
import io.blockring.ring.RingDiff;
import io.blockring.ring.RingParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Prints the table that compares rings, then the goals. Every row is measured in a process of its
 * own, so that no algorithm runs in code compiled for another.
 *
 * <p>{@code RingBenchmark [events]}, 20 by default.
 */
public final class RingBenchmark {

  private static final String MEASURE = "measure";
  private static final int LARGE = 1000;
  private static final int LARGE_SLOT_BITS = 22;
  private static final int SMALL_SLOT_BITS = 18;
  private static final int EPSILON_PPM = 20_000;

  private RingBenchmark() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length == 4 && arguments[0].equals(MEASURE)) {
      int members = Integer.parseInt(arguments[2]);
      Algorithm algorithm = byName(arguments[1], members);
      System.out.println(measure(algorithm, members, Integer.parseInt(arguments[3])).toLine());
      return;
    }
    int events = arguments.length == 0 ? 20 : Integer.parseInt(arguments[0]);
    System.out.println("CPU: " + cpuName() + ", Java " + System.getProperty("java.version"));
    System.out.println(
        "Times are CPU time of one thread, least of several runs. Mean of "
            + events
            + " named events each. Members have log-normal weights.");
    for (int members : new int[] {3, 10, 100}) {
      table(members, events);
    }
    Goals.print(table(LARGE, events));
  }

  private static List<Algorithm> algorithms(int members) {
    int slotBits = members >= LARGE ? LARGE_SLOT_BITS : SMALL_SLOT_BITS;
    return List.of(
        new Blockring(new RingParameters(slotBits, EPSILON_PPM, 0)),
        new Ketama(160),
        new Ketama(2000),
        new Maglev(65_537),
        new Maglev(5_000_011),
        new MultiProbe(21),
        new WeightedRendezvous());
  }

  private static Algorithm byName(String name, int members) {
    return algorithms(members).stream()
        .filter(algorithm -> algorithm.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no algorithm '" + name + "'"));
  }

  /** Prints one row per algorithm and returns the figures of our own ring. */
  private static Figures table(int members, int events) throws IOException, InterruptedException {
    System.out.printf(
        Locale.ROOT,
        "%n%,d members%n%-17s %9s %7s %7s | %6s %6s %6s %6s | %8s %9s | %9s %8s %7s%n",
        members,
        "",
        "max/mean",
        "sd %",
        "min",
        "leave",
        "join",
        "w x1/2",
        "5 %",
        "lookup",
        "dependent",
        "build ms",
        "MiB",
        "diff ms");
    List<Figures> rows = new ArrayList<>();
    for (Algorithm algorithm : algorithms(members)) {
      Figures figures = measureInProcess(algorithm.name(), members, events);
      rows.add(figures);
      System.out.printf(
          Locale.ROOT,
          "%-17s %s%8.4f %7.3f %7.4f | %6.3f %6.3f %6.3f %6.3f | %8.2f %9.2f | %9.1f %8.3f %7s%n",
          algorithm.name(),
          algorithm.isExact() ? " " : "~",
          figures.maxLoad(),
          figures.deviation() * 100,
          figures.minLoad(),
          figures.leave(),
          figures.join(),
          figures.half(),
          figures.twentieth(),
          figures.throughputNanos(),
          figures.dependentNanos(),
          figures.buildMillis(),
          figures.mebibytes(),
          Double.isNaN(figures.diffMillis())
              ? "-"
              : String.format(Locale.ROOT, "%.2f", figures.diffMillis()));
    }
    System.out.println(
        "~ loads and movement are sampled by hashes and carry their noise"
            + " (rendezvous is exact and minimal by construction)");
    return rows.getFirst();
  }

  private static Figures measureInProcess(String algorithm, int members, int events)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx2g",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            RingBenchmark.class.getName(),
            MEASURE,
            algorithm,
            Integer.toString(members),
            Integer.toString(events));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String line = new String(process.getInputStream().readAllBytes()).strip();
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IllegalStateException("measuring " + algorithm + " ended with exit code " + exit);
    }
    return Figures.parse(line);
  }

  private static Figures measure(Algorithm algorithm, int count, int events) {
    MemberSet set = MemberSet.logNormal(count);
    double buildMillis = Stopwatch.leastMillis(() -> Stopwatch.build(algorithm, set.members()));
    Algorithm.Table table = algorithm.of(set.members());
    double throughputNanos = Stopwatch.throughputNanos(table);
    double dependentNanos = Stopwatch.dependentNanos(table);
    Placed placed = new Placed(algorithm, set.members());
    double[] loads = placed.loads();
    return new Figures(
        Arrays.stream(loads).max().orElseThrow(),
        Math.sqrt(Arrays.stream(loads).map(load -> (load - 1) * (load - 1)).sum() / count),
        Arrays.stream(loads).min().orElseThrow(),
        placed.movement(set.leaves(events)),
        placed.movement(set.joins(events)),
        placed.movement(set.halvings(events)),
        placed.movement(set.twentieths(events)),
        throughputNanos,
        dependentNanos,
        buildMillis,
        table.bytes() / (double) (1 << 20),
        diffMillis(algorithm, set));
  }

  private static double diffMillis(Algorithm algorithm, MemberSet set) {
    if (!(algorithm instanceof Blockring(RingParameters parameters))) {
      return Double.NaN;
    }
    Ring before = Ring.of(parameters, set.members());
    Ring after = Ring.of(parameters, set.leaves(1).getFirst().after());
    return Stopwatch.leastMillis(() -> RingDiff.between(before, after));
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
