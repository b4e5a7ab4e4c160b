package io.blockring.client.cluster;

/**
 * How the fill of one block ended.
 *
 * @param reason for people; empty unless it failed
 */
public record FilledBlock(int index, Outcome outcome, String reason) {

  /** How a fill can end. */
  public enum Outcome {
    RESIDENT_BEFORE,
    FETCHED,
    /** The bucket has another version now. */
    CHANGED,
    FAILED,
    /** Admission refused, or no space that may be taken. */
    NO_SPACE
  }
}
