package io.blockring.benchmarks.ring;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What is measured of one algorithm and one set of members. Loads are relative to the exact share;
 * movements are shares of hash space relative to the least that the change of weights asks for,
 * each a mean over the events.
 *
 * @param diffMillis naming all moved slots of one leave; NaN where there are no slots
 */
record Figures(
    double maxLoad,
    double deviation,
    double minLoad,
    double leave,
    double join,
    double half,
    double twentieth,
    double throughputNanos,
    double dependentNanos,
    double buildMillis,
    double mebibytes,
    double diffMillis) {

  /** One line, read back by {@link #parse}: how a measuring process reports. */
  String toLine() {
    return Arrays.stream(
            new double[] {
              maxLoad,
              deviation,
              minLoad,
              leave,
              join,
              half,
              twentieth,
              throughputNanos,
              dependentNanos,
              buildMillis,
              mebibytes,
              diffMillis
            })
        .mapToObj(Double::toString)
        .collect(Collectors.joining(" "));
  }

  static Figures parse(String line) {
    double[] f = Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
    return new Figures(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11]);
  }
}
