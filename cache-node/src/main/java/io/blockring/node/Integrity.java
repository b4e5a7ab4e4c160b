package io.blockring.node;

import io.blockring.client.cluster.ControlClient;
import io.blockring.client.ladder.Routes;
import io.blockring.client.peer.PeerClient;
import io.blockring.node.fill.Fills;
import io.blockring.node.manifest.FillReports;
import io.blockring.node.manifest.ManifestCounters;
import io.blockring.node.manifest.Manifests;
import io.blockring.node.manifest.Proofs;
import io.blockring.node.metrics.IntegrityMeters;
import io.blockring.node.metrics.Metrics;
import io.blockring.node.operate.IntegrityProblems;
import io.blockring.node.operate.VersionDrop;
import io.blockring.node.read.MountTable;

/** The parts of a node that know what blocks must be, put together. */
final class Integrity implements AutoCloseable {
  private final ManifestCounters counters = new ManifestCounters();
  private final PeerClient peers;
  private final Manifests manifests;
  private final FillReports reports;
  private final IntegrityProblems problems;

  Integrity(
      String nodeId,
      Routes routes,
      ControlClient control,
      PeerClient peers,
      MountTable mounts,
      VersionDrop drop) {
    this.peers = peers;
    Proofs proofs = new Proofs(mounts::originOf, drop::everywhere, counters);
    this.manifests = new Manifests(proofs, counters);
    this.reports = new FillReports(nodeId, routes, control, manifests, counters);
    this.problems = new IntegrityProblems(nodeId, peers, proofs);
  }

  /** Has fills reported from now on, and shows what came of it. */
  void bind(Metrics metrics, Fills fills) {
    fills.tell(reports::filled);
    IntegrityMeters.bind(metrics, peers, manifests, reports, counters);
  }

  Manifests manifests() {
    return manifests;
  }

  IntegrityProblems problems() {
    return problems;
  }

  @Override
  public void close() {
    reports.close();
  }
}
