package io.blockring.node.metrics;

import io.blockring.client.ladder.Rung;
import io.blockring.node.http.admin.AdminServer;
import io.blockring.node.http.s3.S3Code;
import io.blockring.node.http.s3.S3Counters;
import java.util.List;
import java.util.function.Supplier;

/** The two HTTP ports that people and their tools speak to. */
public final class EdgeMeters {
  private EdgeMeters() {}

  public static void bindS3(Metrics metrics, S3Counters counters) {
    metrics.counter(NodeMeter.S3_REQUESTS, () -> counters.count(S3Counters.Event.REQUEST));
    for (S3Code code : S3Code.values()) {
      metrics.counter(
          NodeMeter.S3_ERRORS, () -> counters.errors(code), code.text(), "" + code.status());
    }
    for (Rung rung : Rung.values()) {
      metrics.counter(NodeMeter.S3_BYTES, () -> counters.bytes(rung), rung.label());
    }
    metrics.gauge(NodeMeter.S3_CONNECTIONS, counters::connections);
    metrics.gauge(NodeMeter.S3_IN_FLIGHT, counters::active);
    metrics.gauge(NodeMeter.S3_QUEUED, counters::queued);
    event(metrics, NodeMeter.S3_SHED, counters, S3Counters.Event.SHED_REQUEST, "request");
    event(metrics, NodeMeter.S3_SHED, counters, S3Counters.Event.SHED_CONNECTION, "connection");
    event(metrics, NodeMeter.S3_BROKEN_OFF, counters, S3Counters.Event.RESET, "reset");
    event(metrics, NodeMeter.S3_BROKEN_OFF, counters, S3Counters.Event.STALLED_READER, "stalled");
    event(metrics, NodeMeter.S3_BROKEN_OFF, counters, S3Counters.Event.DISCONNECT, "disconnect");
  }

  private static void event(
      Metrics metrics, NodeMeter meter, S3Counters counters, S3Counters.Event event, String label) {
    metrics.counter(meter, () -> counters.count(event), label);
  }

  /**
   * Shows the lanes of the admin port.
   *
   * @param statistics asked at every scrape; its lanes never change
   */
  public static void bindAdmin(
      Metrics metrics, Supplier<List<AdminServer.LaneStatistics>> statistics) {
    List<AdminServer.LaneStatistics> lanes = statistics.get();
    for (int i = 0; i < lanes.size(); i++) {
      int lane = i;
      String name = lanes.get(i).lane();
      metrics.gauge(NodeMeter.ADMIN_IN_FLIGHT, () -> statistics.get().get(lane).underWay(), name);
      metrics.gauge(NodeMeter.ADMIN_LIMIT, () -> statistics.get().get(lane).limit(), name);
      metrics.counter(NodeMeter.ADMIN_SHED, () -> statistics.get().get(lane).shed(), name);
    }
  }
}
