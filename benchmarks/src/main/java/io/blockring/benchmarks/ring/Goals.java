package io.blockring.benchmarks.ring;

import java.util.Locale;

/** What the ring is to reach at 1,000 members of log-normal weight and 2^22 slots. */
final class Goals {

  private Goals() {}

  static void print(Figures ring) {
    System.out.println();
    print("max/mean load", ring.maxLoad(), 1.02);
    print("moved/minimum, leave", ring.leave(), 1.05);
    print("moved/minimum, join", ring.join(), 1.05);
    print("moved/minimum, weight x 1/2", ring.half(), 1.05);
    print("moved/minimum, 5 % leave", ring.twentieth(), 1.01);
    print("lookup throughput ns", ring.throughputNanos(), 1.5);
    print("lookup dependent ns", ring.dependentNanos(), 20);
    print("rebuild ms CPU", ring.buildMillis(), 600);
    print("incremental rebuild ms CPU", ring.incrementalMillis(), 50);
    print("diff ms CPU", ring.diffMillis(), 5);
  }

  private static void print(String name, double figure, double limit) {
    System.out.printf(
        Locale.ROOT,
        "goal: %s = %.4f (<= %s) %s%n",
        name,
        figure,
        limit,
        figure <= limit ? "met" : "short");
  }
}
