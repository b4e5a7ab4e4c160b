package io.blockring.node.operate;

import io.blockring.client.peer.PeerAddress;
import io.blockring.client.peer.PeerClient;
import io.blockring.node.figures.Gatherer;
import io.blockring.node.figures.Sample;
import io.blockring.node.http.admin.NodeStatus;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.ClusterView;
import io.blockring.node.membership.Member;
import io.blockring.node.membership.MemberAddress;
import io.blockring.ring.MemberLoad;
import io.blockring.wire.v1.Figures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of the book with what they said of themselves. */
final class NodeTable {
  /** Problems of a node with a peer: its subject is the node, a blank, the peer's block address. */
  static final String ASKED_LAST = "peer_asked_last";

  static final String WRONG_BLOCKS = "peer_sends_wrong_blocks";
  private static final Set<String> IS_ABOUT_PEER = Set.of(ASKED_LAST, WRONG_BLOCKS);

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
                    askedLast(member, gathered),
                    gathered.byNode().get(member.id())))
        .toList();
  }

  private static String askedLast(Member member, Gatherer.Gathered gathered) {
    PeerAddress block = PeerClient.addressOf(member.route());
    List<String> told = new ArrayList<>();
    gathered
        .byNode()
        .forEach(
            (node, figures) ->
                figures.getProblemsList().stream()
                    .filter(problem -> IS_ABOUT_PEER.contains(problem.getCode()))
                    .filter(problem -> problem.getSubject().equals(node + " " + block))
                    .forEach(problem -> told.add(node + ": " + problem.getMessage())));
    return told.size() < 2
        ? String.join("", told)
        : told.getFirst() + " (" + told.size() + " nodes)";
  }

  private NodeStatus node(
      Member member, double ownedPercent, String askedLast, @Nullable Figures figures) {
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
        askedLast,
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
