package io.blockring.benchmarks.ring;

import io.blockring.benchmarks.Goal;

/** What the ring is to reach at 1,000 members of log-normal weight and 2^22 slots. */
final class Goals {

  private Goals() {}

  static void print(Figures ring) {
    System.out.println();
    Goal.atMost("max/mean load", ring.maxLoad(), 1.02);
    Goal.atMost("moved/minimum, leave", ring.leave(), 1.05);
    Goal.atMost("moved/minimum, join", ring.join(), 1.05);
    Goal.atMost("moved/minimum, weight x 1/2", ring.half(), 1.05);
    Goal.atMost("moved/minimum, 5 % leave", ring.twentieth(), 1.01);
    Goal.atMost("lookup throughput ns", ring.throughputNanos(), 1.5);
    Goal.atMost("lookup dependent ns", ring.dependentNanos(), 20);
    Goal.atMost("rebuild ms CPU", ring.buildMillis(), 600);
    Goal.atMost("incremental rebuild ms CPU", ring.incrementalMillis(), 50);
    Goal.atMost("diff ms CPU", ring.diffMillis(), 5);
  }
}
