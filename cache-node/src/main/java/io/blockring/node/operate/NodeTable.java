package io.blockring.node.operate;

import io.blockring.node.figures.Gatherer;
import io.blockring.node.figures.Sample;
import io.blockring.node.http.admin.NodeStatus;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.ClusterView;
import io.blockring.node.membership.Member;
import io.blockring.node.membership.MemberAddress;
import io.blockring.ring.MemberLoad;
import io.blockring.wire.v1.Figures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of the book with what they said of themselves. */
final class NodeTable {
  private final Cluster cluster;

  NodeTable(Cluster cluster) {
    this.cluster = cluster;
  }

  List<NodeStatus> all(Gatherer.Gathered gathered) {
    ClusterView view = cluster.view();
    int slots = 1 << view.ring().parameters().slotBits();
    Map<String, Double> owned = new HashMap<>();
    for (MemberLoad load : view.ring().loads()) {
      owned.put(load.member().id(), 100.0 * load.slots() / slots);
    }
    return view.members().stream()
        .map(
            member ->
                node(
                    member,
                    owned.getOrDefault(member.id(), 0.0),
                    gathered.byNode().get(member.id())))
        .toList();
  }

  private NodeStatus node(Member member, double ownedPercent, @Nullable Figures figures) {
    MemberAddress address = member.address();
    Sample latest = figures == null ? null : GatheredFigures.latest(figures);
    return new NodeStatus(
        member.id(),
        member.zone(),
        state(member),
        member.weight(),
        member.isWeightPinned(),
        ownedPercent,
        cluster.unseenMillis(member.id()),
        member.maintenanceUntilEpochMillis(),
        member.isDraining(),
        member.isIsolated(),
        member.isolatedBecause(),
        address.host() + ":" + address.adminPort(),
        address.host() + ":" + address.s3Port(),
        address.host() + ":" + address.blockPort(),
        latest == null ? null : GatheredFigures.store(latest),
        latest == null ? null : GatheredFigures.traffic(latest));
  }

  private static NodeStatus.State state(Member member) {
    boolean isExpected = member.maintenanceUntilEpochMillis() > System.currentTimeMillis();
    return switch (member.liveness()) {
      case ALIVE -> NodeStatus.State.ALIVE;
      case AWAY -> isExpected ? NodeStatus.State.MAINTENANCE : NodeStatus.State.AWAY;
      case GONE -> NodeStatus.State.GONE;
    };
  }
}
