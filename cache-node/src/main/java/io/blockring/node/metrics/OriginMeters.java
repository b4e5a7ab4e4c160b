package io.blockring.node.metrics;

import io.blockring.client.ladder.Rung;
import io.blockring.client.origin.OriginBudget;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;

/** What a mount's buckets were asked and what they said. */
public final class OriginMeters {
  private OriginMeters() {}

  /**
   * Shows one bucket of a mount.
   *
   * @param rung its own bucket or the source region
   */
  public static void bind(Metrics metrics, String mount, Rung rung, OriginCounters counters) {
    String source = rung.label();
    metrics.counter(NodeMeter.ORIGIN_REQUESTS, counters::succeeded, mount, source, "ok");
    metrics.counter(NodeMeter.ORIGIN_REQUESTS, counters::abandoned, mount, source, "abandoned");
    for (OriginException.Kind kind : OriginException.Kind.values()) {
      metrics.counter(
          NodeMeter.ORIGIN_REQUESTS,
          () -> counters.failed(kind),
          mount,
          source,
          ReadMeters.label(kind));
    }
    metrics.counter(NodeMeter.ORIGIN_BYTES, counters::bytes, mount, source);
    metrics.counter(NodeMeter.ORIGIN_RECEIVED, counters::receivedBytes, mount, source);
    metrics.counter(NodeMeter.ORIGIN_RETRIES, counters::retries, mount, source);
    metrics.counter(NodeMeter.ORIGIN_NOT_RETRIED, counters::notRetried, mount, source);
    metrics.counter(NodeMeter.ORIGIN_SHED, counters::shed, mount, source);
    metrics.gauge(NodeMeter.ORIGIN_IN_FLIGHT, counters::inFlight, mount, source);
    metrics.gauge(NodeMeter.ORIGIN_WAITING, counters::waiting, mount, source);
    metrics.gauge(NodeMeter.ORIGIN_LIMIT, counters::concurrencyLimit, mount, source);
  }

  /** Shows what a mount's budget allows and what is spent of it. */
  public static void bindBudget(Metrics metrics, String mount, OriginBudget budget) {
    metrics.gauge(NodeMeter.ORIGIN_BUDGET_SPENT, () -> budget.spent().bytes(), mount);
    metrics.gauge(NodeMeter.ORIGIN_BUDGET_BYTES, budget::bytesPerDay, mount);
    metrics.counter(NodeMeter.ORIGIN_BUDGET_REFUSED, budget::refused, mount);
  }
}
