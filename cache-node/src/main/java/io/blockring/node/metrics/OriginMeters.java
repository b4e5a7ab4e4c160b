package io.blockring.node.metrics;

import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;

/** What a mount's bucket was asked and what it said. */
public final class OriginMeters {
  private OriginMeters() {}

  public static void bind(Metrics metrics, String mount, OriginCounters counters) {
    metrics.counter(NodeMeter.ORIGIN_REQUESTS, counters::succeeded, mount, "ok");
    metrics.counter(NodeMeter.ORIGIN_REQUESTS, counters::abandoned, mount, "abandoned");
    for (OriginException.Kind kind : OriginException.Kind.values()) {
      metrics.counter(
          NodeMeter.ORIGIN_REQUESTS, () -> counters.failed(kind), mount, ReadMeters.label(kind));
    }
    metrics.counter(NodeMeter.ORIGIN_BYTES, counters::bytes, mount);
    metrics.counter(NodeMeter.ORIGIN_RETRIES, counters::retries, mount);
    metrics.counter(NodeMeter.ORIGIN_SHED, counters::shed, mount);
    metrics.gauge(NodeMeter.ORIGIN_IN_FLIGHT, counters::inFlight, mount);
    metrics.gauge(NodeMeter.ORIGIN_WAITING, counters::waiting, mount);
    metrics.gauge(NodeMeter.ORIGIN_LIMIT, counters::concurrencyLimit, mount);
  }
}
