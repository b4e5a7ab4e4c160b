package io.blockring.node.resolve;

import java.time.Duration;

/**
 * How long a resolver may answer without asking the bucket.
 *
 * @param ttl zero asks every time; {@link #IMMUTABLE} never again
 */
public record Freshness(Duration ttl) {
  /** Keys are never overwritten: an answer is right for ever. */
  public static final Freshness IMMUTABLE = new Freshness(Duration.ofDays(36500));

  /** Every open asks the bucket. */
  public static final Freshness ALWAYS = new Freshness(Duration.ZERO);

  private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(1);

  public Freshness {
    if (ttl.isNegative()) {
      throw new IllegalArgumentException("freshness cannot be negative: " + ttl);
    }
  }

  /** "There is no such key" is believed for a second at most: people create what they miss. */
  Duration ofAbsence() {
    return ttl.compareTo(LONGEST_ABSENCE) < 0 ? ttl : LONGEST_ABSENCE;
  }
}
