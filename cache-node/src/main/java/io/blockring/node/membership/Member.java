package io.blockring.node.membership;

import io.blockring.client.ladder.Routes;

/**
 * One member as this node sees it.
 *
 * @param isWeightPinned set by an operator
 * @param maintenanceUntilEpochMillis wall clock; expected to be away until then; 0: not
 * @param isHeld vanished with so many others at once that nothing is done about it by itself
 */
public record Member(
    String id,
    int weight,
    boolean isWeightPinned,
    String zone,
    MemberAddress address,
    long maintenanceUntilEpochMillis,
    Liveness liveness,
    boolean isHeld,
    boolean isSelf) {

  /** As the read ladder knows it. */
  Routes.Member route() {
    return new Routes.Member(
        id, address.host(), address.blockPort(), address.controlPort(), isSelf);
  }

  public boolean isAlive() {
    return liveness == Liveness.ALIVE;
  }
}
