package io.blockring.benchmarks.hitpath;

import io.blockring.benchmarks.hitpath.Window.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The same loads on several sides, in turns of short windows, so that noise falls on all alike. */
final class Comparison {
  private static final int WARM_UP_MILLIS = 1_500;

  /** A compiler that took less of a window's time than this has done its work. */
  private static final double WARM = 0.03;

  /** How long and how often. */
  record Effort(int windows, int millis, int warmUps) {}

  private final String title;
  private final List<Load> loads;
  private final Map<String, List<Result>> results = new LinkedHashMap<>();

  private Comparison(String title, List<Load> loads) {
    this.title = title;
    this.loads = loads;
  }

  static Comparison run(String title, Effort effort, List<Load> loads, List<Side> sides)
      throws IOException, InterruptedException {
    Comparison comparison = new Comparison(title, loads);
    for (Side side : sides) {
      comparison.results.put(side.name(), new ArrayList<>());
      warmUp(side, loads, effort.warmUps());
    }
    List<Side> order = new ArrayList<>(sides);
    Random random = new Random(1);
    for (int i = 0; i < effort.windows(); i++) {
      Collections.shuffle(order, random);
      for (Side side : order) {
        comparison.of(side.name()).add(Window.run(side, loads, effort.millis()));
      }
    }
    comparison.print();
    return comparison;
  }

  private static void warmUp(Side side, List<Load> loads, int most)
      throws IOException, InterruptedException {
    double share = 1;
    for (int i = 0; i < most && share > WARM; i++) {
      double before = Processor.compilerSeconds(side.server());
      Window.run(side, loads, WARM_UP_MILLIS);
      share = (Processor.compilerSeconds(side.server()) - before) / (WARM_UP_MILLIS / 1e3);
    }
    if (share > WARM) {
      System.out.printf(
          Locale.ROOT, "note: %s still compiles: %.2f processors%n", side.name(), share);
    }
  }

  private List<Result> of(String side) {
    List<Result> of = results.get(side);
    if (of == null) {
      throw new IllegalArgumentException(side + " is not among " + results.keySet());
    }
    return of;
  }

  /** The median of a side's windows. */
  double median(String side, ToDoubleFunction<Result> figure) {
    return sorted(side, figure).get(of(side).size() / 2);
  }

  /** A side's figure as a multiple of the other's in the same turn: the median of the turns. */
  double ratio(String side, String other, ToDoubleFunction<Result> figure) {
    List<Result> ours = of(side);
    List<Result> theirs = of(other);
    return IntStream.range(0, ours.size())
        .mapToDouble(i -> figure.applyAsDouble(ours.get(i)) / figure.applyAsDouble(theirs.get(i)))
        .sorted()
        .skip(ours.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  private List<Double> sorted(String side, ToDoubleFunction<Result> figure) {
    return of(side).stream().map(figure::applyAsDouble).sorted().toList();
  }

  private void print() {
    System.out.printf(
        "%n== %s: %s%n", title, String.join(" and ", loads.stream().map(Load::name).toList()));
    System.out.printf(
        "%-26s %-20s %-20s %-20s",
        "least/median/most", "srv CPU-s/GB", "srv us/read", "cli CPU-s/GB");
    for (Load load : loads) {
      System.out.printf(" | %-17s %-23s %-23s", load.name() + " GB/s", "p50 us", "p99 us");
    }
    System.out.printf(" others' cores         compilers%n");
    results.keySet().forEach(this::print);
  }

  private void print(String side) {
    System.out.printf(
        "%-26s %-20s %-20s %-20s",
        side,
        spread(side, Result::serverPerGb, "%.3f"),
        spread(side, Result::serverPerRead, "%.1f"),
        spread(side, Result::clientPerGb, "%.3f"));
    for (int i = 0; i < loads.size(); i++) {
      int load = i;
      System.out.printf(
          " | %-17s %-23s %-23s",
          spread(side, result -> result.figures().get(load).gigabytesPerSecond(), "%.2f"),
          spread(side, result -> result.figures().get(load).p50(), "%.0f"),
          spread(side, result -> result.figures().get(load).p99(), "%.0f"));
    }
    System.out.printf(
        " %-21s %s%n",
        spread(side, Result::others, "%.2f"), spread(side, Result::compilers, "%.2f"));
  }

  private String spread(String side, ToDoubleFunction<Result> figure, String format) {
    List<Double> sorted = sorted(side, figure);
    return String.format(
        Locale.ROOT,
        format + "/" + format + "/" + format,
        sorted.getFirst(),
        sorted.get(sorted.size() / 2),
        sorted.getLast());
  }
}
