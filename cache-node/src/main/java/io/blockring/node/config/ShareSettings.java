package io.blockring.node.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Section {@code store} of a mount: what its blocks may have of the node's disks. */
public record ShareSettings(
    @Setting(
            doc =
                "Of the node's budget (a size, or as 20%): so much is not taken from this mount's"
                    + " blocks by other mounts'. It holds on each disk in proportion, so leave a"
                    + " twentieth above what shall always fit.",
            value = "0%")
        Portion floor,
    @Setting(
            doc =
                "Of the node's budget: beyond it the mount's blocks make room for its own, free"
                    + " space or not. At least two slots of each disk.",
            value = "100%")
        Portion ceiling,
    @Setting(
            doc =
                "Blocks are dropped so long after they were filled, within a sixteenth of it more;"
                    + " 0s: never. At least 1m.",
            value = "0s")
        Duration ttl,
    @Setting(
            doc =
                "Whose blocks go first where floors leave a choice: low before normal before high."
                    + " A block never makes room for one of a lower priority; it is then not kept.",
            value = "normal")
        Priority priority) {

  /** Whose blocks go first. */
  public enum Priority {
    LOW,
    NORMAL,
    HIGH
  }

  private static final Duration SHORTEST_TTL = Duration.ofMinutes(1);

  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (ttl.isPositive() && ttl.compareTo(SHORTEST_TTL) < 0) {
      problems.add("mounts: store.ttl " + Durations.format(ttl) + " is below 1m");
    }
    if (ceiling.amount() == 0) {
      problems.add("mounts: store.ceiling is 0: such a mount could keep nothing");
    }
    if (floor.isPercent() == ceiling.isPercent() && floor.amount() > ceiling.amount()) {
      problems.add("mounts: store.floor " + floor + " is above store.ceiling " + ceiling);
    }
    return problems;
  }
}
