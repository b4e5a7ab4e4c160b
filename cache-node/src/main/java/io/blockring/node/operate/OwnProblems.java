package io.blockring.node.operate;

import io.blockring.node.host.Nic;
import io.blockring.node.host.NicLine;
import io.blockring.node.http.admin.ClusterStatus.Health;
import io.blockring.node.http.admin.ClusterStatus.Problem;
import io.blockring.node.read.ReadCounters;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.StoreStatistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What is not as it should be with this node, and which only it can see: its reads, its disks. */
public final class OwnProblems {
  /** A read that failed longer ago than this is history. */
  private static final long RECENT_NANOS = 60_000_000_000L;

  /** A limit that is met now and then does what it is for. */
  private static final Duration LONG_FULL = Duration.ofMinutes(1);

  private final String nodeId;
  private final BlockStore store;
  private final ReadCounters reads;
  private final Supplier<List<String>> spentBudgets;
  private final Nic nic;
  private final Supplier<List<Problem>> others;

  /**
   * @param spentBudgets one line for each mount whose bytes of the day this node has spent
   * @param nic what may be sent and taken
   * @param others what further parts of this node have to say
   */
  public OwnProblems(
      String nodeId,
      BlockStore store,
      ReadCounters reads,
      Supplier<List<String>> spentBudgets,
      Nic nic,
      Supplier<List<Problem>> others) {
    this.nic = nic;
    this.others = others;
    this.nodeId = nodeId;
    this.store = store;
    this.reads = reads;
    this.spentBudgets = spentBudgets;
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
    for (String told : spentBudgets.get()) {
      problems.add(new Problem(Health.READERS_AFFECTED, "budget_spent", nodeId, told));
    }
    lookAt(nic.sent(), "sends", problems);
    lookAt(nic.taken(), "takes in", problems);
    store.statistics().disks().forEach(disk -> look(disk, problems));
    problems.addAll(others.get());
    return problems;
  }

  private void lookAt(NicLine line, String does, List<Problem> problems) {
    Duration full = line.fullFor();
    if (full.compareTo(LONG_FULL) >= 0) {
      problems.add(
          degraded(
              "nic_limited",
              nodeId,
              "limits.nic has been what bounds what it %s for %d s: %d bytes a second"
                  .formatted(does, full.toSeconds(), nic.bytesPerSecond())));
    }
  }

  private void look(StoreStatistics.Disk disk, List<Problem> problems) {
    String subject = nodeId + " " + disk.path();
    switch (disk.state()) {
      case HEALTHY -> lookAtSpace(disk, subject, problems);
      case READ_ONLY ->
          problems.add(
              degraded("disk_read_only", subject, "it takes no new blocks: " + disk.trouble()));
      case SUSPECT ->
          problems.add(
              degraded(
                  "disk_suspect",
                  subject,
                  "its blocks are misses while it is tried again: " + disk.trouble()));
      case DOWN ->
          problems.add(
              degraded(
                  "disk_down",
                  subject,
                  "its blocks are misses until it is back: " + disk.trouble()));
    }
  }

  private static void lookAtSpace(
      StoreStatistics.Disk disk, String subject, List<Problem> problems) {
    if (disk.isLow()) {
      problems.add(
          degraded(
              "disk_low",
              subject,
              disk.freeBytes()
                  + " bytes are free, and "
                  + disk.freeFloorBytes()
                  + " shall be (freeSpaceFloor): blocks are given up until they are"));
    }
    if (disk.isSpent()) {
      problems.add(
          new Problem(
              Health.DEGRADED,
              "disk_writes_spent",
              subject,
              disk.writtenToday()
                  + " bytes were written today, and "
                  + disk.writesPerDay()
                  + " may be (limits.diskWritesPerDay): until midnight, UTC, what is fetched is"
                  + " read and not kept"));
    }
  }

  private static Problem degraded(String code, String subject, String message) {
    return new Problem(Health.DEGRADED, code, subject, message);
  }
}
