package io.blockring.node.operate;

import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.RungCounts;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.node.fill.FillCounters;
import io.blockring.node.http.admin.ClusterStatus;
import io.blockring.node.http.admin.ClusterStatus.Health;
import io.blockring.node.http.admin.ClusterStatus.Problem;
import io.blockring.node.http.admin.StoreUse;
import io.blockring.node.http.admin.Traffic;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.ClusterView;
import io.blockring.node.membership.Member;
import io.blockring.node.read.ReadCounters;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.StoreStatistics;
import java.util.ArrayList;
import java.util.List;

/** How the cluster is, as this node sees it: the numbers, and what is not as it should be. */
public final class StatusReport {
  /** A read that failed longer ago than this is history. */
  private static final long RECENT_NANOS = 60_000_000_000L;

  private final String clusterName;
  private final Cluster cluster;
  private final BlockStore store;
  private final ReadCounters reads;
  private final FillCounters fills;
  private final long startedNanos = System.nanoTime();

  public StatusReport(
      String clusterName,
      Cluster cluster,
      BlockStore store,
      ReadCounters reads,
      FillCounters fills) {
    this.clusterName = clusterName;
    this.cluster = cluster;
    this.store = store;
    this.reads = reads;
    this.fills = fills;
  }

  ClusterStatus now() {
    ClusterView view = cluster.view();
    StoreStatistics stored = store.statistics();
    return new ClusterStatus(
        clusterName,
        view.selfId(),
        version(),
        (System.nanoTime() - startedNanos) / 1_000_000,
        view.members().size(),
        (int) view.members().stream().filter(Member::isAlive).count(),
        view.epoch(),
        view.ring().fingerprint(),
        new StoreUse(stored.blocks(), stored.bytes(), stored.budgetBytes()),
        new Traffic(delivered(), originBytesForReaders()),
        problems(view, stored));
  }

  /** Bytes this node delivered to readers. */
  public long delivered() {
    long sum = 0;
    for (Rung rung : Rung.values()) {
      sum += forReaders(rung, reads.bytes());
    }
    return sum;
  }

  /**
   * Bytes this node fetched from buckets because readers wanted them; warm-up and the like left
   * out.
   */
  public long originBytesForReaders() {
    return forReaders(Rung.ORIGIN, fills.fetched())
        + forReaders(Rung.SOURCE_REGION, fills.fetched());
  }

  private static long forReaders(Rung rung, RungCounts counts) {
    return counts.sum(rung, TrafficClass.READ) + counts.sum(rung, TrafficClass.READ_AHEAD);
  }

  private List<Problem> problems(ClusterView view, StoreStatistics stored) {
    List<Problem> problems = new ArrayList<>();
    ReadCounters.Failure last = reads.lastFailure();
    if (last != null && System.nanoTime() - last.atNanos() < RECENT_NANOS) {
      problems.add(
          new Problem(
              Health.READERS_AFFECTED,
              "reads_failing",
              view.selfId(),
              "a read failed in the last minute: " + last.message()));
    }
    if (view.ring().isEmpty()) {
      problems.add(
          new Problem(
              Health.READERS_AFFECTED,
              "no_owners",
              clusterName,
              "no member has weight: every read goes to the bucket"));
    }
    for (Member member : view.members()) {
      away(member, problems);
    }
    view.bypasses()
        .forEach(
            (mount, until) ->
                problems.add(
                    new Problem(
                        Health.DEGRADED,
                        "mount_bypassed",
                        mount,
                        "reads go to the bucket only, for "
                            + seconds(until - System.currentTimeMillis())
                            + " more")));
    for (StoreStatistics.Disk disk : stored.disks()) {
      if (!disk.isHealthy()) {
        problems.add(
            new Problem(
                Health.DEGRADED,
                "disk_unhealthy",
                disk.path(),
                "its blocks are misses until it recovers"));
      }
    }
    return problems;
  }

  private void away(Member member, List<Problem> problems) {
    String unseen = "unseen for " + seconds(cluster.unseenMillis(member.id()));
    switch (member.liveness()) {
      case ALIVE -> {}
      case AWAY ->
          problems.add(
              new Problem(
                  Health.DEGRADED,
                  "node_away",
                  member.id(),
                  unseen + "; its blocks are read from the next in line"));
      case GONE ->
          problems.add(
              new Problem(
                  Health.DEGRADED,
                  "node_gone",
                  member.id(),
                  unseen
                      + (member.isHeld()
                          ? "; too much weight vanished at once to give its slots away: cachectl node remove does"
                          : "; its slots get other owners")));
    }
  }

  private static String seconds(long millis) {
    return millis / 1_000 + " s";
  }

  /** Of the jar this runs from. */
  public static String version() {
    String version = StatusReport.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
