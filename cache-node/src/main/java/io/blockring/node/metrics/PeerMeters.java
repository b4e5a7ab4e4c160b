package io.blockring.node.metrics;

import io.blockring.client.peer.PeerClient;
import io.blockring.client.peer.PeerCounters;
import io.blockring.node.blockport.BlockPortCounters;
import io.blockring.node.read.BlockPortReads;
import io.blockring.node.read.ReplicaCopies;
import io.blockring.node.read.SpreadCopies;

/** Block bytes between nodes: what this one asked for, and what it was asked. */
public final class PeerMeters {
  private PeerMeters() {}

  public static void bind(Metrics metrics, PeerClient peers) {
    PeerCounters counters = peers.counters();
    metrics.counter(NodeMeter.PEER_REQUESTS, counters.complete::sum, "complete");
    metrics.counter(NodeMeter.PEER_REQUESTS, counters.absent::sum, "absent");
    metrics.counter(NodeMeter.PEER_REQUESTS, counters.changed::sum, "changed");
    metrics.counter(NodeMeter.PEER_REQUESTS, counters.busy::sum, "busy");
    metrics.counter(NodeMeter.PEER_REQUESTS, counters.originTrouble::sum, "origin-trouble");
    metrics.counter(NodeMeter.PEER_REQUESTS, counters.failed::sum, "failed");
    metrics.counter(NodeMeter.PEER_BYTES, counters.bytes::sum);
    metrics.counter(NodeMeter.PEER_CONNECTIONS, counters.connections::sum, "ok");
    metrics.counter(NodeMeter.PEER_CONNECTIONS, counters.failedConnections::sum, "failed");
    metrics.counter(NodeMeter.PEER_CHECKSUM_MISMATCHES, counters.checksumMismatches::sum);
    metrics.counter(NodeMeter.PEER_SILENCES, counters.silences::sum);
    metrics.counter(NodeMeter.PEER_ASIDES, counters.asides::sum);
    metrics.counter(NodeMeter.PEER_LEFT, counters.leftLate::sum, "late");
    metrics.counter(NodeMeter.PEER_LEFT, counters.leftSlow::sum, "slow");
    metrics.counter(NodeMeter.PEER_PROBES, counters.probes::sum);
    metrics.gauge(NodeMeter.PEERS_ASKED_LAST, () -> peers.leftAlone().size());
    metrics.counter(NodeMeter.PEER_SHED, () -> counters.shed.sum() + counters.paused.sum());
  }

  /** What blocks that several members keep, and zones, cost. */
  public static void bindReplicas(
      Metrics metrics, BlockPortReads reads, ReplicaCopies copies, SpreadCopies spread) {
    metrics.gauge(NodeMeter.SPREAD_COPIES, spread::count);
    metrics.counter(NodeMeter.PEER_CROSS_ZONE_BYTES, reads::crossZoneBytes);
    metrics.counter(NodeMeter.REPLICA_COPIES, copies::asked, "asked");
    metrics.counter(NodeMeter.REPLICA_COPIES, copies::dropped, "dropped");
  }

  public static void bindPort(Metrics metrics, BlockPortCounters counters) {
    metrics.counter(NodeMeter.BLOCK_PORT_BYTES, counters.bytes::sum);
    metrics.gauge(NodeMeter.BLOCK_PORT_CONNECTIONS, counters.openConnections::sum);
    metrics.gauge(NodeMeter.BLOCK_PORT_IN_FLIGHT, counters.inFlight::sum);
    metrics.counter(NodeMeter.BLOCK_PORT_SHED, counters.shed::sum);
    metrics.counter(NodeMeter.BLOCK_PORT_BROKEN_OFF, counters.brokenOff::sum);
    metrics.counter(NodeMeter.BLOCK_PORT_BATCH_ITEMS, counters.batchItemsSent::sum, "sent");
    metrics.counter(NodeMeter.BLOCK_PORT_BATCH_ITEMS, counters.batchItemsRefused::sum, "refused");
  }
}
