package io.blockring.node.membership;

/** Whether others count on a member. */
public enum Liveness {
  ALIVE,
  /** Unseen for less than the cluster's grace, or as long as its maintenance lasts. */
  AWAY,
  /** Unseen for longer. */
  GONE
}
