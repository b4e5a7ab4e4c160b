package io.blockring.benchmarks.ring;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * What is measured of one algorithm and one set of members. Loads are relative to the exact share;
 * movements are shares of hash space relative to the least that the change of weights asks for,
 * each a mean over the events.
 *
 * @param incrementalMillis building after one leave, join or halved weight from what was before,
 *     the worst of the three; NaN where everything is built again
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
    double incrementalMillis,
    double diffMillis,
    double mebibytes) {

  /** Titles above {@link #toRow}. */
  static final String TITLES =
      "max/mean    sd %     min |  leave   join  w*1/2    5 % |   lookup dependent"
          + " | build ms  incr ms  diff ms      MiB";

  String toRow() {
    return String.format(
            Locale.ROOT,
            "%8.4f %7.3f %7.4f | %6.3f %6.3f %6.3f %6.3f | %8.2f %9.2f | %8.1f %8.1f %8.2f %8.3f",
            maxLoad,
            100 * deviation,
            minLoad,
            leave,
            join,
            half,
            twentieth,
            throughputNanos,
            dependentNanos,
            buildMillis,
            incrementalMillis,
            diffMillis,
            mebibytes)
        .replace("NaN", "  -");
  }

  /** One line, read back by {@link #parse}: how a measuring process reports. */
  String toLine() {
    return DoubleStream.of(
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
            incrementalMillis,
            diffMillis,
            mebibytes)
        .mapToObj(Double::toString)
        .collect(Collectors.joining(" "));
  }

  static Figures parse(String line) {
    double[] f = Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
    return new Figures(
        f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12]);
  }
}
