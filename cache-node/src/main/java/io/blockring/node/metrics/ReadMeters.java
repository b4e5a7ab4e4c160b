package io.blockring.node.metrics;

import io.blockring.client.ReadException;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.RungCounts;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.node.fill.FillCounters;
import io.blockring.node.read.ReadCounters;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntSupplier;

/** Reads and fills by rung, and the two figures that make the hit rate. */
public final class ReadMeters {
  private ReadMeters() {}

  /** The histogram of whole reads, for the {@link ReadCounters} of the node. */
  public static ReadCounters.Latency latency(Metrics metrics) {
    Map<Rung, Metrics.Latency> byRung = new EnumMap<>(Rung.class);
    for (Rung rung : Rung.values()) {
      byRung.put(rung, metrics.histogram(NodeMeter.READ_SECONDS, rung.label()));
    }
    return (rung, trafficClass, nanos) -> Objects.requireNonNull(byRung.get(rung)).record(nanos);
  }

  /** Shows what readers got and what was fetched for them. */
  public static void bind(Metrics metrics, ReadCounters reads, FillCounters fills) {
    byRungAndClass(metrics, NodeMeter.READS, reads.reads());
    byRungAndClass(metrics, NodeMeter.READ_BYTES, reads.bytes());
    byRungAndClass(metrics, NodeMeter.FILL_BYTES, fills.fetched());
    for (ReadException.Kind kind : ReadException.Kind.values()) {
      metrics.counter(NodeMeter.READ_FAILURES, () -> reads.failures(kind), label(kind));
    }
    metrics.counter(NodeMeter.DELIVERED_BYTES, () -> forReaders(reads.bytes(), Rung.values()));
    metrics.counter(
        NodeMeter.READER_ORIGIN_BYTES,
        () -> forReaders(fills.fetched(), Rung.ORIGIN, Rung.SOURCE_REGION));
    metrics.counter(NodeMeter.FILLS, fills::completed, "completed");
    metrics.counter(NodeMeter.FILLS, fills::failed, "failed");
    metrics.counter(NodeMeter.FILLS, fills::changed, "changed");
    metrics.counter(NodeMeter.FILLS, fills::shed, "shed");
    metrics.counter(NodeMeter.FILL_FOLLOWERS, fills::followed);
    metrics.counter(NodeMeter.FILL_DUPLICATES, fills::duplicates);
    metrics.counter(NodeMeter.FILL_UNSTORED, fills::unstored);
    metrics.counter(NodeMeter.FILL_MID_BLOCK, fills::midBlock);
  }

  /**
   * Shows how many fills run.
   *
   * @param running asked at every scrape
   */
  public static void bindRunning(Metrics metrics, IntSupplier running) {
    metrics.gauge(NodeMeter.FILLS_RUNNING, running::getAsInt);
  }

  private static void byRungAndClass(Metrics metrics, NodeMeter meter, RungCounts counts) {
    for (Rung rung : Rung.values()) {
      for (TrafficClass trafficClass : TrafficClass.values()) {
        metrics.counter(
            meter, () -> counts.sum(rung, trafficClass), rung.label(), trafficClass.label());
      }
    }
  }

  private static long forReaders(RungCounts counts, Rung... rungs) {
    long sum = 0;
    for (Rung rung : rungs) {
      sum += counts.sum(rung, TrafficClass.READ) + counts.sum(rung, TrafficClass.READ_AHEAD);
    }
    return sum;
  }

  static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
