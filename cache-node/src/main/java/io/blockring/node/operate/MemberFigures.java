package io.blockring.node.operate;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlClient;
import io.blockring.node.control.FiguresService;
import io.blockring.node.figures.Gatherer;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.Member;
import io.blockring.wire.v1.FiguresRequest;
import java.util.Locale;

/** Asks the members of a cluster for their figures: others over the control port, this directly. */
public final class MemberFigures {
  private MemberFigures() {}

  public static Gatherer gatherer(Cluster cluster, ControlClient control, FiguresService self) {
    return new Gatherer(
        () -> cluster.view().members().stream().map(MemberFigures::node).toList(),
        (node, window, deadline) ->
            node.isSelf()
                ? self.figures(window)
                : control.figures(
                    node.address(),
                    FiguresRequest.newBuilder().setWindowMillis((int) window.toMillis()).build(),
                    deadline));
  }

  private static Gatherer.Node node(Member member) {
    return new Gatherer.Node(
        member.id(),
        member.isSelf(),
        member.isAlive() ? "" : member.liveness().name().toLowerCase(Locale.ROOT),
        new ControlAddress(member.address().host(), member.address().controlPort()));
  }
}
