package io.blockring.node.handoff;

import io.blockring.node.membership.ClusterView;
import io.blockring.node.membership.Member;
import io.blockring.ring.RingMember;
import java.util.List;
import java.util.Optional;

/** Who shall have a block. The holder asks when it offers, the other one when it is offered. */
final class Targets {
  private Targets() {}

  /** Whether this node keeps the block for itself: as its owner, or while that one is away. */
  static boolean isOwn(ClusterView view, long placementHash) {
    return view.isOwner(placementHash) || isFirst(view, placementHash, view.selfId());
  }

  /**
   * To whom this node offers a block that is not its own; none while nobody may be asked. What
   * belongs to an away member waits for its return, unless this node is about to leave: then
   * whoever stands in for that one takes it.
   */
  static List<Member> of(ClusterView view, long placementHash) {
    Optional<Member> owner = view.owner(placementHash);
    boolean isLeaving = view.member(view.selfId()).map(Member::isDraining).orElse(false);
    return owner
        .filter(member -> isLeaving || isFirst(view, placementHash, member.id()))
        .map(List::of)
        .orElse(List.of());
  }

  static boolean isFirst(ClusterView view, long placementHash, String id) {
    Optional<RingMember> first = view.ring().ownerOf(view.ring().slotOf(placementHash));
    return first.isPresent() && first.get().id().equals(id);
  }
}
