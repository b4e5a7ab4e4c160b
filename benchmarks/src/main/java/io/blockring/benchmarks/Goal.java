package io.blockring.benchmarks;

import java.util.Locale;

/** The closing lines of a benchmark, one a goal, for people and for scripts. */
public final class Goal {
  private Goal() {}

  /** Met when the figure is not above the limit. */
  public static void atMost(String name, double figure, double limit) {
    print(name, figure, "<=", limit, figure <= limit);
  }

  /** Met when the figure is not below the limit. */
  public static void atLeast(String name, double figure, double limit) {
    print(name, figure, ">=", limit, figure >= limit);
  }

  private static void print(
      String name, double figure, String relation, double limit, boolean isMet) {
    System.out.printf(
        Locale.ROOT,
        "goal: %s = %.4f (%s %.4f) %s%n",
        name,
        figure,
        relation,
        limit,
        isMet ? "met" : "short");
  }
}
