package io.blockring.node.operate;

import io.blockring.client.peer.Liars;
import io.blockring.node.http.admin.ClusterStatus.Health;
import io.blockring.node.http.admin.ClusterStatus.Problem;
import io.blockring.node.manifest.Proofs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Bytes that are not what they must be, as this node found out: other members', and versions'. */
public final class IntegrityProblems implements Supplier<List<Problem>> {
  private final String nodeId;
  private final Liars liars;
  private final Proofs proofs;

  public IntegrityProblems(String nodeId, Liars liars, Proofs proofs) {
    this.nodeId = nodeId;
    this.liars = liars;
    this.proofs = proofs;
  }

  @Override
  public List<Problem> get() {
    List<Problem> problems = new ArrayList<>();
    for (Liars.Liar liar : liars.all()) {
      problems.add(
          new Problem(
              Health.DEGRADED,
              "peer_sends_wrong_blocks",
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
