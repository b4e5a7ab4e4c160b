package io.blockring.demo;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.admin.Address;
import io.blockring.cachectl.admin.AdminClient;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the nodes of a local cluster say of themselves at their admin ports. */
public final class ClusterStatus {
  private static final Duration ANSWER = Duration.ofSeconds(5);

  /**
   * Bytes for readers since the nodes started, of all nodes; warm-up does not count.
   *
   * @param originBytes fetched from the bucket because a reader waited
   */
  record Traffic(long deliveredBytes, long originBytes) {
    /** 1 − origin ÷ delivered, of 100. */
    double hitRatePercent() {
      return deliveredBytes == 0 ? 0 : 100.0 * (deliveredBytes - originBytes) / deliveredBytes;
    }
  }

  private ClusterStatus() {}

  /** Returns when every node sees every other alive, on the same ring. */
  public static void awaitOneRing(LocalCluster cluster, Duration within)
      throws InterruptedException {
    awaitOneRing(cluster.nodes(), cluster.nodes().size(), within);
  }

  /** Returns when each of these nodes sees so many alive, all on the same ring. */
  public static void awaitOneRing(List<LocalNode> nodes, int alive, Duration within)
      throws InterruptedException {
    Await.until(
        "all see " + alive + " nodes alive on one ring",
        within,
        () -> {
          Set<String> seen = new HashSet<>();
          for (LocalNode node : nodes) {
            try {
              Json status = status(node);
              seen.add(status.number("aliveNodes") + " " + status.text("ringFingerprint"));
            } catch (CommandFailure e) {
              return node.name() + ": " + e.getMessage();
            }
          }
          boolean isOne = seen.size() == 1 && seen.iterator().next().startsWith(alive + " ");
          return isOne ? null : "alive nodes and rings they see: " + seen;
        });
  }

  static Traffic traffic(LocalCluster cluster) throws CommandFailure {
    long delivered = 0;
    long origin = 0;
    for (LocalNode node : cluster.nodes()) {
      Json traffic = status(node).object("traffic");
      delivered += traffic.number("deliveredBytes");
      origin += traffic.number("originBytesForReaders");
    }
    return new Traffic(delivered, origin);
  }

  private static Json status(LocalNode node) throws CommandFailure {
    Address address = new Address(node.host().bound(), node.ports().admin());
    return new AdminClient(List.of(address), ANSWER).ask(Request.get("status")).json();
  }
}
