package io.blockring.client.ladder;

/**
 * For whom bytes move; more important first. Only {@link #READ} and {@link #READ_AHEAD} count in
 * the hit rate.
 */
public enum TrafficClass {
  READ("read"),
  READ_AHEAD("read-ahead"),
  /** Handoff and repair: blocks that move between members. */
  REPAIR("repair"),
  WARM_UP("warm-up"),
  /** A replicator that copies objects into a mount's own bucket. */
  MIRROR("mirror"),
  SCRUB("scrub");

  private final String label;

  TrafficClass(String label) {
    this.label = label;
  }

  /** Whichever is more important. */
  public TrafficClass before(TrafficClass other) {
    return compareTo(other) <= 0 ? this : other;
  }

  /** As in headers and metrics. */
  public String label() {
    return label;
  }

  /** Reads a {@link #label}. */
  public static TrafficClass of(String label) {
    for (TrafficClass trafficClass : values()) {
      if (trafficClass.label.equals(label)) {
        return trafficClass;
      }
    }
    throw new IllegalArgumentException("no traffic class is called '" + label + "'");
  }
}
