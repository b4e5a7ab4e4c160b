package io.blockring.node.handoff;

/**
 * How far a node is with giving blocks away, since the members changed last.
 *
 * @param expectedBytes that others shall have; an estimate until all blocks were looked at once
 * @param doneBytes of these, that others have now
 * @param movedBytes of these, that they did not have before
 * @param leftBytes that could not be given away in the last walk
 * @param elapsedMillis since it began; until its end once it has ended
 * @param trouble why something is left, for people; may be empty
 */
public record HandoffProgress(
    Phase phase,
    long expectedBytes,
    long doneBytes,
    long movedBytes,
    long leftBytes,
    long leftBlocks,
    long elapsedMillis,
    String trouble) {
  static final HandoffProgress NONE = new HandoffProgress(Phase.IDLE, 0, 0, 0, 0, 0, 0, "");

  /** What it is doing. */
  public enum Phase {
    /** Nothing here is others'. */
    IDLE,
    MOVING,
    /** Something is left, and tried again soon. */
    WAITING,
    /** Of a member that is drained: it may be stopped. */
    SAFE_TO_STOP
  }
}
