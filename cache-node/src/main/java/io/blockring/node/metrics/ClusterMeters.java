package io.blockring.node.metrics;

import io.blockring.node.book.Book;
import io.blockring.node.control.ControlServer;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.Liveness;
import io.blockring.node.membership.Member;

/** Book, ring, members and the control port. */
public final class ClusterMeters {
  private ClusterMeters() {}

  public static void bind(Metrics metrics, Cluster cluster, Book book) {
    metrics.gauge(NodeMeter.BOOK_RECORDS, book::size);
    metrics.counter(NodeMeter.BOOK_EXCHANGES, cluster::exchanges, "ok");
    metrics.counter(NodeMeter.BOOK_EXCHANGES, cluster::failedExchanges, "failed");
    metrics.counter(NodeMeter.BOOK_REFUSED_RECORDS, book::refusedRecords);
    metrics.counter(NodeMeter.BOOK_FAILED_SAVES, book::failedSaves);
    metrics.gauge(NodeMeter.RING_EPOCH, () -> cluster.view().epoch());
    for (Liveness state : Liveness.values()) {
      metrics.gauge(NodeMeter.MEMBERS, () -> count(cluster, state), ReadMeters.label(state));
    }
    metrics.gauge(
        NodeMeter.MEMBERS_HELD,
        () -> cluster.view().members().stream().filter(Member::isHeld).count());
    metrics.gauge(
        NodeMeter.WEIGHT,
        () -> cluster.view().member(cluster.view().selfId()).map(Member::weight).orElse(0));
  }

  private static long count(Cluster cluster, Liveness state) {
    return cluster.view().members().stream().filter(m -> m.liveness() == state).count();
  }

  /** Says who this node is. */
  public static void bindNode(Metrics metrics, String id, String zone, String version) {
    metrics.gauge(NodeMeter.NODE, () -> 1, id, zone, version);
  }

  public static void bindControl(Metrics metrics, ControlServer server) {
    metrics.gauge(NodeMeter.CONTROL_IN_FLIGHT, server::runningCalls);
    metrics.counter(NodeMeter.CONTROL_SHED, server::shedCalls);
  }
}
