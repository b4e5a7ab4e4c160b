package io.blockring.demo;

import io.blockring.cachectl.screen.Human;
import io.blockring.cachectl.screen.Table;
import io.blockring.client.ladder.Rung;
import java.io.PrintStream;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Reads by rung: how many, how much, how fast. Safe for many threads. */
final class RungTable {

  /** How a read went in. */
  enum Through {
    S3("S3"),
    JAVA("Java client");

    final String label;

    Through(String label) {
      this.label = label;
    }
  }

  private record Row(Through through, Rung rung) implements Comparable<Row> {
    @Override
    public int compareTo(Row other) {
      int byThrough = through.compareTo(other.through);
      return byThrough != 0 ? byThrough : rung.compareTo(other.rung);
    }
  }

  private static final class Reads {
    final Histogram nanos = new Histogram(3);
    long bytes;
  }

  private final SortedMap<Row, Reads> rows = new TreeMap<>();

  synchronized void add(Through through, Rung rung, long bytes, long nanos) {
    Reads reads = rows.computeIfAbsent(new Row(through, rung), _ -> new Reads());
    reads.nanos.recordValue(nanos);
    reads.bytes += bytes;
  }

  synchronized long reads(Through through, Rung rung) {
    Reads reads = rows.get(new Row(through, rung));
    return reads == null ? 0 : reads.nanos.getTotalCount();
  }

  synchronized long reads() {
    return rows.values().stream().mapToLong(reads -> reads.nanos.getTotalCount()).sum();
  }

  synchronized long bytes() {
    return rows.values().stream().mapToLong(reads -> reads.bytes).sum();
  }

  synchronized void print(PrintStream out) {
    Table table = new Table("RUNG", "THROUGH", ">READS", ">BYTES", ">P50", ">P99");
    rows.forEach(
        (row, reads) ->
            table.add(
                row.rung().label(),
                row.through().label,
                String.format(Locale.ROOT, "%,d", reads.nanos.getTotalCount()),
                Human.bytes(reads.bytes),
                millis(reads.nanos.getValueAtPercentile(50)),
                millis(reads.nanos.getValueAtPercentile(99))));
    table.print(out);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }
}
