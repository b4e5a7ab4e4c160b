package io.blockring.node.config;

import java.util.ArrayList;
import java.util.List;

/** What the cluster may take from a mount's bucket; each node has its share, by weight. */
public record BudgetSettings(
    @Setting(
            doc =
                "Bytes a second that the cluster takes from the bucket on average; requests wait for"
                    + " their turn. 0: no limit.",
            value = "0")
        ByteSize bytesPerSecond,
    @Setting(
            doc =
                "Bytes a day (UTC) that the cluster takes from the bucket. When a node has spent its"
                    + " share, hits go on and what it lacks is refused until midnight. 0: no limit.",
            value = "0")
        ByteSize bytesPerDay,
    @Setting(
            doc =
                "Percent of both, and of the requests at once, that only reads may use, 0 to 90:"
                    + " read-ahead, warm-ups and replication do with the rest.",
            value = "25")
        int readerReserve) {

  /** What is wrong with it. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (readerReserve < 0 || readerReserve > 90) {
      problems.add("mounts: budget.readerReserve " + readerReserve + " is not between 0 and 90");
    }
    return problems;
  }
}
