package io.blockring.client.ladder;

/**
 * Where bytes came from, shallowest first. {@code x-cache} carries the deepest one a response
 * needed.
 */
public enum Rung {
  /** This process's own memory. */
  MEMORY("memory"),
  /** This node's own SSD. */
  SSD("ssd"),
  /** Another member that had the block. */
  PEER("peer"),
  /** The mount's own bucket. */
  ORIGIN("origin"),
  /** The bucket behind the mount's own. */
  SOURCE_REGION("source-region");

  private final String label;

  Rung(String label) {
    this.label = label;
  }

  /** As in headers and metrics. */
  public String label() {
    return label;
  }

  /** Reads a {@link #label}. */
  public static Rung of(String label) {
    for (Rung rung : values()) {
      if (rung.label.equals(label)) {
        return rung;
      }
    }
    throw new IllegalArgumentException("no rung is called '" + label + "'");
  }

  /** Whichever lies further from the reader. */
  public Rung deeper(Rung other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
