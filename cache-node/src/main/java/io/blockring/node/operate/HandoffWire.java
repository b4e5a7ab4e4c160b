package io.blockring.node.operate;

import io.blockring.node.handoff.HandoffProgress;
import io.blockring.node.http.admin.HandoffStatus;
import io.blockring.node.membership.Member;
import io.blockring.wire.v1.Figures;
import io.blockring.wire.v1.Handoff;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far a node is with giving blocks away, as nodes tell each other and operators. */
final class HandoffWire {
  private HandoffWire() {}

  static Handoff wire(HandoffProgress progress) {
    return Handoff.newBuilder()
        .setPhase(progress.phase().name().toLowerCase(Locale.ROOT))
        .setExpectedBytes(progress.expectedBytes())
        .setDoneBytes(progress.doneBytes())
        .setMovedBytes(progress.movedBytes())
        .setLeftBytes(progress.leftBytes())
        .setLeftBlocks(progress.leftBlocks())
        .setElapsedMillis(progress.elapsedMillis())
        .setTrouble(progress.trouble())
        .build();
  }

  /**
   * @param figures null when the node does not answer
   */
  static HandoffStatus status(Member member, @Nullable Figures figures) {
    Handoff handoff = figures == null ? Handoff.getDefaultInstance() : figures.getHandoff();
    long seconds = Math.max(1, handoff.getElapsedMillis() / 1000);
    long rate = handoff.getMovedBytes() / seconds;
    long missing = handoff.getExpectedBytes() - handoff.getDoneBytes() - handoff.getLeftBytes();
    HandoffStatus.Phase phase = phase(member, handoff.getPhase());
    boolean isOnItsWay = phase == HandoffStatus.Phase.MOVING && rate > 0;
    return new HandoffStatus(
        member.id(),
        member.isDraining(),
        phase,
        handoff.getExpectedBytes(),
        handoff.getDoneBytes(),
        handoff.getMovedBytes(),
        handoff.getLeftBytes(),
        handoff.getLeftBlocks(),
        handoff.getElapsedMillis(),
        rate,
        isOnItsWay ? 1000 * Math.max(0, missing) / rate : null,
        handoff.getTrouble());
  }

  /** A node that was drained before has not said yet that it is not any more. */
  private static HandoffStatus.Phase phase(Member member, String told) {
    return switch (told) {
      case "idle" -> HandoffStatus.Phase.IDLE;
      case "moving" -> HandoffStatus.Phase.MOVING;
      case "waiting" -> HandoffStatus.Phase.WAITING;
      case "safe_to_stop" ->
          member.isDraining() ? HandoffStatus.Phase.SAFE_TO_STOP : HandoffStatus.Phase.IDLE;
      default -> HandoffStatus.Phase.UNKNOWN;
    };
  }
}
