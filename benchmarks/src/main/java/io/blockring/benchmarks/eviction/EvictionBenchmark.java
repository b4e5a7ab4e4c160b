package io.blockring.benchmarks.eviction;

import io.blockring.benchmarks.Goal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Plays traces through stores of 1 % and of 10 % of their blocks, one for each order of eviction,
 * and prints object and byte hit ratio and the bytes written to SSD: {@code EvictionBenchmark
 * TRACE…}. Two generated traces are always among them.
 */
public final class EvictionBenchmark {
  private static final String OURS = "blockring";
  private static final String OPTIMUM = "optimum";
  private static final int[] SHARES = {1, 10};

  private final Map<String, Cache.Kind> kinds = new LinkedHashMap<>();

  /** One line of the tables: a trace and a size, and what each did with it. */
  private record Case(String trace, int percent, int capacity, Map<String, Outcome> outcomes) {

    Outcome of(String kind) {
      return Objects.requireNonNull(outcomes.get(kind), kind);
    }
  }

  /** A figure of an outcome. */
  private interface Figure {
    double of(Outcome outcome);
  }

  private EvictionBenchmark() {
    kinds.put("LRU", (capacity, blocks) -> new Lru(capacity));
    kinds.put("S3-FIFO", S3Fifo::new);
    kinds.put("SIEVE", Sieve::new);
    kinds.put("W-TinyLFU", (capacity, blocks) -> new WTinyLfu(capacity));
    kinds.put(OURS, Blockring::new);
  }

  public static void main(String[] files) throws IOException {
    List<Trace> traces = new ArrayList<>();
    for (String file : files) {
      traces.add(Trace.read(Path.of(file)));
    }
    traces.add(GeneratedTraces.shuffledEpochs(5000, 20, 7));
    traces.add(GeneratedTraces.modelRollOut(40, 400, 3));
    new EvictionBenchmark().run(traces);
  }

  private void run(List<Trace> traces) {
    List<Case> cases = new ArrayList<>();
    for (Trace trace : traces) {
      for (int percent : SHARES) {
        cases.add(play(trace, percent));
      }
    }
    table("object hit ratio, %", cases, Outcome::hitPercent);
    table("byte hit ratio, %", cases, Outcome::byteHitPercent);
    table("written to SSD, GiB", cases, outcome -> (double) outcome.writtenBytes() / (1L << 30));
    goals(cases);
  }

  private Case play(Trace trace, int percent) {
    int capacity = Math.max(1, (int) ((long) trace.blocks() * percent / 100));
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    outcomes.put(OPTIMUM, Belady.of(trace, capacity));
    kinds.forEach(
        (name, kind) -> outcomes.put(name, Outcome.of(trace, kind.of(capacity, trace.blocks()))));
    return new Case(trace.name(), percent, capacity, outcomes);
  }

  private static void table(String title, List<Case> cases, Figure figure) {
    System.out.printf("%n%s%n", title);
    System.out.printf(Locale.ROOT, "%-12s %4s %8s", "trace", "size", "blocks");
    cases.getFirst().outcomes().keySet().forEach(name -> System.out.printf(" %10s", name));
    System.out.println();
    for (Case one : cases) {
      System.out.printf(Locale.ROOT, "%-12s %3d%% %8d", one.trace(), one.percent(), one.capacity());
      one.outcomes()
          .values()
          .forEach(outcome -> System.out.printf(Locale.ROOT, " %10.2f", figure.of(outcome)));
      System.out.println();
    }
    System.out.printf(Locale.ROOT, "%-12s %4s %8s", "mean", "", "");
    for (String kind : cases.getFirst().outcomes().keySet()) {
      System.out.printf(Locale.ROOT, " %10.2f", mean(cases, kind, figure));
    }
    System.out.println();
  }

  private void goals(List<Case> cases) {
    List<Double> others = new ArrayList<>();
    for (String kind : kinds.keySet()) {
      if (!kind.equals(OURS)) {
        others.add(mean(cases, kind, Outcome::hitPercent));
      }
    }
    double best = Collections.max(others);
    double worst =
        cases.stream()
            .mapToDouble(one -> one.of(OURS).hitPercent() - one.of("LRU").hitPercent())
            .min()
            .orElseThrow();
    System.out.println();
    Goal.atLeast("mean hit ratio, %", mean(cases, OURS, Outcome::hitPercent), best);
    Goal.atLeast("worst against LRU, points", worst, -1);
    cases.stream()
        .filter(one -> one.trace().equals("loop") && one.percent() == 10)
        .forEach(loop -> Goal.atLeast("loop at 10 %, %", loop.of(OURS).hitPercent(), 7.5));
  }

  private static double mean(List<Case> cases, String kind, Figure figure) {
    return cases.stream().mapToDouble(one -> figure.of(one.of(kind))).average().orElseThrow();
  }
}
