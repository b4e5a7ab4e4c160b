package io.blockring.node.operate;

import io.blockring.node.http.admin.ClusterStatus.Health;
import io.blockring.node.http.admin.ClusterStatus.Problem;
import io.blockring.node.read.ReadCounters;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.StoreStatistics;
import java.util.ArrayList;
import java.util.List;

/** What is not as it should be with this node, and which only it can see: its reads, its disks. */
public final class OwnProblems {
  /** A read that failed longer ago than this is history. */
  private static final long RECENT_NANOS = 60_000_000_000L;

  private final String nodeId;
  private final BlockStore store;
  private final ReadCounters reads;

  public OwnProblems(String nodeId, BlockStore store, ReadCounters reads) {
    this.nodeId = nodeId;
    this.store = store;
    this.reads = reads;
  }

  List<Problem> now() {
    List<Problem> problems = new ArrayList<>();
    ReadCounters.Failure last = reads.lastFailure();
    if (last != null && System.nanoTime() - last.atNanos() < RECENT_NANOS) {
      problems.add(
          new Problem(
              Health.READERS_AFFECTED,
              "reads_failing",
              nodeId,
              "a read failed in the last minute: " + last.message()));
    }
    store.statistics().disks().forEach(disk -> look(disk, problems));
    return problems;
  }

  private void look(StoreStatistics.Disk disk, List<Problem> problems) {
    String subject = nodeId + " " + disk.path();
    if (!disk.isHealthy()) {
      problems.add(
          new Problem(
              Health.DEGRADED,
              "disk_unhealthy",
              subject,
              "its blocks are misses until it recovers"));
    } else if (disk.isLow()) {
      problems.add(
          new Problem(
              Health.DEGRADED,
              "disk_low",
              subject,
              disk.freeBytes()
                  + " bytes are free, and "
                  + disk.freeFloorBytes()
                  + " shall be (freeSpaceFloor): blocks are given up until they are"));
    }
  }
}
