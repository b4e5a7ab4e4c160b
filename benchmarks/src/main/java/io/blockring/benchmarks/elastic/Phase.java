package io.blockring.benchmarks.elastic;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What readers and bucket saw for a while.
 *
 * @param wrong reads with a byte that is not the file's
 * @param originBytes that the bucket sent, for whatever reason
 * @param all microseconds of the reads that ended well
 * @param hits microseconds of the reads that needed no bucket
 */
record Phase(
    String name,
    double seconds,
    long reads,
    long errors,
    long wrong,
    long deliveredBytes,
    long originBytes,
    long originRequests,
    Histogram all,
    Histogram hits) {
  private static final String FORM = "%-34s %7s %7s %7s %6s %9s %9s %8s %8s %8s %8s %8s %8s%n";

  static void printHead() {
    System.out.printf(
        FORM,
        "phase",
        "s",
        "reads",
        "errors",
        "wrong",
        "MiB read",
        "MiB orig",
        "requests",
        "hit %",
        "hits p50",
        "p99 ms",
        "all p99",
        "max ms");
  }

  void print() {
    System.out.printf(
        FORM,
        name,
        form("%.1f", seconds),
        reads,
        errors,
        wrong,
        form("%.1f", deliveredBytes / 1048576.0),
        form("%.1f", originBytes / 1048576.0),
        originRequests,
        form("%.3f", 100 * hitRate()),
        form("%.1f", hits.getValueAtPercentile(50) / 1e3),
        form("%.1f", hitP99Millis()),
        form("%.1f", p99Millis()),
        form("%.1f", all.getMaxValue() / 1e3));
  }

  /** By the bytes that left the bucket, so that warm-up and repair count against it as well. */
  double hitRate() {
    return deliveredBytes == 0 ? 0 : 1 - (double) originBytes / deliveredBytes;
  }

  double hitP99Millis() {
    return hits.getValueAtPercentile(99) / 1e3;
  }

  double p99Millis() {
    return all.getValueAtPercentile(99) / 1e3;
  }

  private static String form(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }
}
