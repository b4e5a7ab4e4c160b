package io.blockring.node.operate;

import io.blockring.client.peer.Liars;
import io.blockring.client.peer.PeerClient;
import io.blockring.client.peer.PeerHealth;
import io.blockring.node.http.admin.ClusterStatus.Health;
import io.blockring.node.http.admin.ClusterStatus.Problem;
import io.blockring.node.manifest.Proofs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What is wrong with others, as this node found out: members that do not answer as they should, and
 * bytes that are not what they must be.
 */
public final class IntegrityProblems implements Supplier<List<Problem>> {
  private final String nodeId;
  private final PeerClient peers;
  private final Proofs proofs;

  public IntegrityProblems(String nodeId, PeerClient peers, Proofs proofs) {
    this.nodeId = nodeId;
    this.peers = peers;
    this.proofs = proofs;
  }

  @Override
  public List<Problem> get() {
    List<Problem> problems = new ArrayList<>();
    for (PeerHealth.LeftAlone left : peers.health().leftAlone()) {
      problems.add(
          new Problem(
              Health.DEGRADED,
              NodeTable.ASKED_LAST,
              nodeId + " " + left.peer(),
              left.because() + "; for " + left.sinceNanos() / 1_000_000_000 + " s"));
    }
    for (Liars.Liar liar : peers.liars().all()) {
      problems.add(
          new Problem(
              Health.DEGRADED,
              NodeTable.WRONG_BLOCKS,
              nodeId + " " + liar.peer(),
              liar.blocks()
                  + " blocks were wrong, "
                  + (liar.isLeftAlone() ? "it is left alone for 10 minutes" : "none was taken")
                  + "; the last: "
                  + liar.what()));
    }
    for (Proofs.Refuted refuted : proofs.refuted()) {
      problems.add(
          new Problem(
              Health.DEGRADED,
              "version_refuted",
              nodeId + " " + refuted.version().name().key(),
              refuted.what()));
    }
    return problems;
  }
}
