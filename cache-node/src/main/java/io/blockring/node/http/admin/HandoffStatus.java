package io.blockring.node.http.admin;

import org.jspecify.annotations.Nullable;

/**
 * How far a node is with giving blocks away, since the members changed last.
 *
 * @param draining owns nothing, as an operator asked
 * @param expectedBytes that others shall have; an estimate until all blocks were looked at once
 * @param doneBytes of these, that others have now
 * @param movedBytes of these, that they did not have before
 * @param leftBytes that could not be given away when they were offered last
 * @param bytesPerSecond on average
 * @param etaMillis null when nobody can say
 * @param trouble why something is left, for people; may be empty
 */
public record HandoffStatus(
    String node,
    boolean draining,
    Phase phase,
    long expectedBytes,
    long doneBytes,
    long movedBytes,
    long leftBytes,
    long leftBlocks,
    long elapsedMillis,
    long bytesPerSecond,
    @Nullable Long etaMillis,
    String trouble) {

  /** What it is doing. */
  public enum Phase {
    IDLE,
    MOVING,
    /** Something is left, and tried again soon. */
    WAITING,
    /** It is drained, and all that others have room for is there. */
    SAFE_TO_STOP,
    /** The node does not answer. */
    UNKNOWN
  }
}
