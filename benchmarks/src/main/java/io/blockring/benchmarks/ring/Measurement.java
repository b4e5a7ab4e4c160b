package io.blockring.benchmarks.ring;

import io.blockring.ring.Ring;
import io.blockring.ring.RingDiff;
import io.blockring.ring.RingParameters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures one algorithm with one set of members in a process of its own, so that none runs in code
 * compiled for another: {@code Measurement ALGORITHM MEMBERS EVENTS} prints {@link Figures}.
 */
public final class Measurement {

  private static final int LARGE = 1000;
  private static final int LARGE_SLOT_BITS = 22;
  private static final int SMALL_SLOT_BITS = 18;
  private static final int EPSILON_PPM = 20_000;

  private final Algorithm algorithm;
  private final MemberSet set;
  private final int events;

  private Measurement(Algorithm algorithm, MemberSet set, int events) {
    this.algorithm = algorithm;
    this.set = set;
    this.events = events;
  }

  public static void main(String[] arguments) {
    int members = Integer.parseInt(arguments[1]);
    Algorithm algorithm =
        algorithms(members).stream()
            .filter(candidate -> candidate.name().equals(arguments[0]))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no algorithm " + arguments[0]));
    int events = Integer.parseInt(arguments[2]);
    var measurement = new Measurement(algorithm, MemberSet.logNormal(members), events);
    System.out.println(measurement.figures().toLine());
  }

  /** Ours first. */
  static List<Algorithm> algorithms(int members) {
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

  static Figures inProcess(Algorithm algorithm, int members, int events)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    Process process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-Xmx2g",
                    "-XX:+UseSerialGC",
                    "-cp",
                    classPath,
                    Measurement.class.getName(),
                    algorithm.name(),
                    Integer.toString(members),
                    Integer.toString(events)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    byte[] output = process.getInputStream().readAllBytes();
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IllegalStateException(
          "measuring " + algorithm.name() + " ended with exit code " + exit);
    }
    return Figures.parse(new String(output, StandardCharsets.US_ASCII).strip());
  }

  private Figures figures() {
    double buildMillis = Stopwatch.leastMillis(() -> Stopwatch.build(algorithm, set.members()));
    Algorithm.Table table = algorithm.of(set.members());
    double throughputNanos = Stopwatch.throughputNanos(table);
    double dependentNanos = Stopwatch.dependentNanos(table);
    Placed placed = new Placed(algorithm, set.members());
    double[] loads = placed.loads();
    return new Figures(
        Arrays.stream(loads).max().orElseThrow(),
        Math.sqrt(
            Arrays.stream(loads).map(load -> (load - 1) * (load - 1)).average().orElseThrow()),
        Arrays.stream(loads).min().orElseThrow(),
        placed.movement(set.leaves(events)),
        placed.movement(set.joins(events)),
        placed.movement(set.halvings(events)),
        placed.movement(set.twentieths(events)),
        throughputNanos,
        dependentNanos,
        buildMillis,
        algorithm instanceof Blockring(var parameters) ? incrementalMillis(parameters) : Double.NaN,
        algorithm instanceof Blockring(var parameters) ? diffMillis(parameters) : Double.NaN,
        table.bytes() / (double) (1 << 20));
  }

  private double incrementalMillis(RingParameters parameters) {
    Ring before = Ring.of(parameters, set.members());
    return Stream.of(set.leaves(1), set.joins(1), set.halvings(1))
        .map(changes -> changes.getFirst().after())
        .mapToDouble(after -> Stopwatch.leastMillis(() -> before.with(after)))
        .max()
        .orElseThrow();
  }

  private double diffMillis(RingParameters parameters) {
    Ring before = Ring.of(parameters, set.members());
    Ring after = Ring.of(parameters, set.leaves(1).getFirst().after());
    return Stopwatch.leastMillis(() -> RingDiff.between(before, after));
  }
}
