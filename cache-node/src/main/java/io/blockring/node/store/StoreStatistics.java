package io.blockring.node.store;

import java.util.List;

/** The store at one moment. Counters only grow while the process lives. */
public record StoreStatistics(
    long blocks,
    long bytes,
    long budgetBytes,
    long evictedBlocks,
    long evictedBytes,
    long corruptBlocks,
    long refusedBlocks,
    long writtenBytes,
    long activeLeases,
    List<Disk> disks) {

  /** One disk's share. */
  public record Disk(
      String path,
      boolean isHealthy,
      long bytes,
      long budgetBytes,
      long freeBytes,
      int queuedTasks) {}
}
