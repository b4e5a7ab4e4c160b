package io.blockring.warmup;

/**
 * How one block ended.
 *
 * @param reason for people, empty when all is well
 */
public record FillResult(int block, Outcome outcome, String reason) {

  /** Of one fill of one block. */
  public enum Outcome {
    /** The owner had it already. */
    RESIDENT_BEFORE,
    FETCHED,
    /** The bucket has another version now. */
    CHANGED,
    /** May go better next time. */
    FAILED,
    /** The owner has no space that may be taken for it. */
    NO_SPACE
  }
}
