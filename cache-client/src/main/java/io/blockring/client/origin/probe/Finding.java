package io.blockring.client.origin.probe;

/**
 * One thing looked at.
 *
 * @param check stable name of it, such as {@code if-match}
 * @param detail for people: what was seen, and what follows from it when it is not OK
 */
public record Finding(String check, Verdict verdict, String detail) {

  /** How it is. */
  public enum Verdict {
    OK,
    /** Works, with a loss that the detail names. */
    WARNING,
    /** A mount of this origin will not work, or not as set. */
    FAILED,
    /** Could not be looked at; the detail says why. */
    SKIPPED
  }
}
