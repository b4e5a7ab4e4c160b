package io.blockring.client.cluster;

import java.util.List;

/**
 * What became of offered blocks.
 *
 * @param outcomes one for each, in their order
 * @param reason why the first of those that were not taken was not, for people; may be empty
 */
public record OfferAnswer(List<Outcome> outcomes, String reason) {

  /** Of one block. */
  public enum Outcome {
    /** May be offered again. */
    FAILED,
    HAD,
    MOVED,
    /** No space that may be taken, or no such mount there: offering it soon again is in vain. */
    REFUSED,
    /** By that node's ring another one shall have it. */
    NOT_MINE;

    /** Whether it is there now. */
    public boolean isThere() {
      return this == HAD || this == MOVED;
    }
  }

  public OfferAnswer {
    outcomes = List.copyOf(outcomes);
  }
}
