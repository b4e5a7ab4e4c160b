package io.blockring.node.membership;

import io.blockring.client.ladder.Routes;
import java.util.List;

/** The cluster as the read ladder asks for it. */
public final class ClusterRoutes implements Routes {
  private final Cluster cluster;

  public ClusterRoutes(Cluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public List<Routes.Member> candidates(long placementHash) {
    return cluster.view().candidates(placementHash).stream().map(m -> m.route()).toList();
  }

  @Override
  public List<Routes.Member> holders(long placementHash) {
    return cluster.view().previousOwners(placementHash).stream().map(m -> m.route()).toList();
  }

  @Override
  public String fingerprint() {
    return cluster.view().ring().fingerprint();
  }
}
