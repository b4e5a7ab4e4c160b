package io.blockring.node.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Section {@code cluster}: which cluster, how members find each other, how the ring is cut. */
public record ClusterSettings(
    @Setting(
            doc = "The cluster's name. Nodes of differently named clusters refuse each other.",
            value = "blockring")
        String name,
    @Setting(
            doc =
                "Where to find other members, any of: dns:NAME (all its addresses), file:PATH (one"
                    + " HOST or HOST:PORT on a line), HOST, HOST:PORT. PORT is the other's cluster.port;"
                    + " without it, this node's own. Looked up again every 5 s (addresses of a name"
                    + " are remembered for up to 30 s), so entries may come and go. Empty: a cluster"
                    + " of one.")
        List<JoinEntry> join,
    @Setting(doc = "Port on which members tell who is alive (Hazelcast).", value = "5701") int port,
    @Setting(
            doc =
                "How long a member may be away before it counts as gone. A reboot shorter than this"
                    + " moves no block.",
            value = "10m")
        Duration grace,
    @Setting(
            doc =
                "The ring has 2^slotBits slots: 10 to 24. 18 serves up to about 100 nodes, 22 up to"
                    + " about 1000. Equal on all nodes; changing it moves every block.",
            value = "18")
        int slotBits,
    @Setting(
            doc =
                "How far a member's slots may exceed its share, in millionths. Equal on all nodes.",
            value = "20000")
        int epsilonPpm,
    @Setting(
            doc = "Seed of placement. Equal on all nodes; changing it moves every block.",
            value = "0")
        long seed)
    implements Checked {

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
      problems.add(
          "cluster.name '" + name + "' is not 1 to 63 of letters, digits, dot, dash, underscore");
    }
    if (slotBits < 10 || slotBits > 24) {
      problems.add("cluster.slotBits " + slotBits + " is not between 10 and 24");
    }
    if (epsilonPpm < 0 || epsilonPpm > 1_000_000) {
      problems.add("cluster.epsilonPpm " + epsilonPpm + " is not between 0 and 1000000");
    }
    if (!grace.isPositive()) {
      problems.add("cluster.grace " + Durations.format(grace) + " is not above 0");
    }
    PortSettings.checkPort("cluster.port", port, problems);
    return problems;
  }
}
