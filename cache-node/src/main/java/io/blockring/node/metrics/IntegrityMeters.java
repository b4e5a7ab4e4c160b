package io.blockring.node.metrics;

import io.blockring.client.peer.Liars;
import io.blockring.client.peer.PeerClient;
import io.blockring.node.manifest.FillReports;
import io.blockring.node.manifest.ManifestCounters;
import io.blockring.node.manifest.Manifests;

/** What manifests proved, and what they found. */
public final class IntegrityMeters {
  private IntegrityMeters() {}

  public static void bind(
      Metrics metrics,
      PeerClient peers,
      Manifests manifests,
      FillReports reports,
      ManifestCounters counters) {
    metrics.counter(NodeMeter.PEER_MANIFEST_MISMATCHES, peers.counters().manifestMismatches::sum);
    metrics.counter(NodeMeter.PEER_DISPUTED_BLOCKS, peers.counters().disputedBlocks::sum);
    metrics.counter(NodeMeter.PEER_PROVED_BYTES, peers.counters().provedBytes::sum);
    metrics.gauge(
        NodeMeter.PEERS_LEFT_ALONE,
        () -> peers.liars().all().stream().filter(Liars.Liar::isLeftAlone).count());
    metrics.gauge(NodeMeter.MANIFESTS, manifests::versions);
    metrics.gauge(NodeMeter.MANIFEST_REPORTS_WAITING, reports::waiting);
    metrics.counter(NodeMeter.MANIFEST_REPORTS, counters.reported::sum, "told");
    metrics.counter(NodeMeter.MANIFEST_REPORTS, counters.unreported::sum, "lost");
    metrics.counter(NodeMeter.MANIFEST_CONFLICTS, counters.conflicts::sum);
    metrics.counter(NodeMeter.MANIFEST_PROOFS, counters.proved::sum, "proved");
    metrics.counter(NodeMeter.MANIFEST_PROOFS, counters.refuted::sum, "refuted");
    metrics.counter(NodeMeter.MANIFEST_PROOFS, counters.unproved::sum, "unproved");
    metrics.counter(NodeMeter.MANIFEST_DROPPED_BLOCKS, counters.dropped::sum);
  }
}
