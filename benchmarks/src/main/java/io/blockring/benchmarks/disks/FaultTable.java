package io.blockring.benchmarks.disks;

import io.blockring.benchmarks.Goal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What each fault did, as a table and as goals. */
final class FaultTable {

  /**
   * One fault.
   *
   * @param state the node's word for it; {@code -} when it is none of the disk's
   * @param outSeconds until the disk was left alone, or space was given back; negative when neither
   *     was called for
   * @param backSeconds from the fault's end until the disk is used again; negative likewise
   */
  record Row(
      String fault,
      int injected,
      int detected,
      String state,
      double outSeconds,
      double backSeconds,
      int reads,
      int wrong,
      int errors,
      long slowestMillis) {}

  private static final String FORM = "%-44s %8s %8s %-15s %7s %7s %7s %6s %7s %10s%n";

  private final List<Row> rows = new ArrayList<>();

  FaultTable() {
    System.out.printf(
        FORM,
        "fault",
        "injected",
        "detected",
        "shown as",
        "out s",
        "back s",
        "reads",
        "wrong",
        "errors",
        "slowest ms");
  }

  void add(Row row) {
    rows.add(row);
    System.out.printf(
        FORM,
        row.fault,
        row.injected,
        row.detected,
        row.state,
        seconds(row.outSeconds),
        seconds(row.backSeconds),
        row.reads,
        row.wrong,
        row.errors,
        row.slowestMillis);
  }

  void printGoals() {
    Goal.atMost("wrong blocks, all faults", rows.stream().mapToInt(Row::wrong).sum(), 0);
    Goal.atMost("client errors, all faults", rows.stream().mapToInt(Row::errors).sum(), 0);
    Goal.atMost(
        "seconds until a disk is taken out or space given back, worst",
        rows.stream().mapToDouble(Row::outSeconds).max().orElse(0),
        10);
    Goal.atMost(
        "seconds until a disk is back, worst",
        rows.stream().mapToDouble(Row::backSeconds).max().orElse(0),
        10);
  }

  private static String seconds(double seconds) {
    return seconds < 0 ? "-" : String.format(Locale.ROOT, "%.1f", seconds);
  }
}
