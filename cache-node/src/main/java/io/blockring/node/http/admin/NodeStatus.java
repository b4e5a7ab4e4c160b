package io.blockring.node.http.admin;

import org.jspecify.annotations.Nullable;

/**
 * One member of the cluster.
 *
 * @param weight share of the ring, absolute; GiB of SSD unless an operator pinned it
 * @param ownedPercent of the ring's slots, of 100
 * @param unseenMillis since the answering node last heard of it; 0 for itself
 * @param maintenanceUntilEpochMillis 0 when none is on
 * @param draining gives its blocks away and owns nothing; its weight waits for its return
 * @param isolated by an operator: nobody reads from it
 * @param isolatedBecause empty when it is not, or nobody said why
 * @param askedLast what members say why they ask all others before it, empty when none does
 * @param adminAddress host:port, empty when unknown; so the others
 * @param store null when the node does not answer
 * @param traffic since the node started; null when it does not answer
 */
public record NodeStatus(
    String id,
    String zone,
    State state,
    int weight,
    boolean weightIsPinned,
    double ownedPercent,
    long unseenMillis,
    long maintenanceUntilEpochMillis,
    boolean draining,
    boolean isolated,
    String isolatedBecause,
    String askedLast,
    String adminAddress,
    String s3Address,
    String blockAddress,
    @Nullable StoreUse store,
    @Nullable Traffic traffic) {

  /** Whether others count on it. */
  public enum State {
    ALIVE,
    /** Unseen for less than {@code grace}. */
    AWAY,
    /** Unseen for longer. */
    GONE,
    /** Unseen, and an operator said that it would be. */
    MAINTENANCE
  }
}
