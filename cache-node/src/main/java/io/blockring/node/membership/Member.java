package io.blockring.node.membership;

import io.blockring.client.ladder.Routes;

/**
 * One member as this node sees it.
 *
 * @param weight as pinned by an operator or by its own capacity, see {@link #ringWeight}
 * @param isWeightPinned set by an operator
 * @param isDraining gives its blocks away: it owns nothing, and its weight waits for its return
 * @param drainRateBytes how fast, a second; 0: as its settings say
 * @param isIsolated nobody reads from it; it keeps its slots and blocks
 * @param isolatedBecause in an operator's words; may be empty
 * @param maintenanceUntilEpochMillis wall clock; expected to be away until then; 0: not
 * @param isHeld vanished unannounced, with so many others at once that nothing is done about it by
 *     itself
 */
public record Member(
    String id,
    int weight,
    boolean isWeightPinned,
    boolean isDraining,
    long drainRateBytes,
    boolean isIsolated,
    String isolatedBecause,
    String zone,
    MemberAddress address,
    long maintenanceUntilEpochMillis,
    Liveness liveness,
    boolean isHeld,
    boolean isSelf) {

  /** As the read ladder knows it. */
  public Routes.Member route() {
    return route(true);
  }

  Routes.Member route(boolean isNear) {
    return new Routes.Member(
        id, address.host(), address.blockPort(), address.controlPort(), isSelf, isNear);
  }

  public boolean isAlive() {
    return liveness == Liveness.ALIVE;
  }

  /** Whether it may be asked for blocks. */
  public boolean isAsked() {
    return isAlive() && !isIsolated;
  }

  /** What the ring is made of. */
  public int ringWeight() {
    return isDraining ? 0 : weight;
  }
}
