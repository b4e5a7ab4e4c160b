package io.blockring.node.store;

import java.util.ArrayList;
import java.util.List;

/**
 * The store at one moment. Counters only grow while the process lives.
 *
 * @param bytes of all blocks, without what headers and half-filled slots take of the budget
 * @param scrubbedBytes read and proved without a reader
 * @param refusedBlocks that were not kept: no room could be taken, or the disk failed
 */
public record StoreStatistics(
    long blocks,
    long bytes,
    long budgetBytes,
    long evictedBlocks,
    long evictedBytes,
    long corruptBlocks,
    long refusedBlocks,
    long writtenBytes,
    long scrubbedBytes,
    long activeLeases,
    List<Disk> disks) {

  /**
   * One disk's share.
   *
   * @param freeBytes of its file system
   * @param freeFloorBytes what shall stay free there
   * @param queuedTasks reads and writes that wait for a thread
   * @param shedTasks reads and writes that were refused because a queue was full
   */
  public record Disk(
      String path,
      boolean isHealthy,
      long bytes,
      long budgetBytes,
      long freeBytes,
      long freeFloorBytes,
      int queuedTasks,
      long shedTasks) {

    /** Whether others took what shall stay free; the store gives blocks up until it is again. */
    public boolean isLow() {
      return isHealthy && freeBytes < freeFloorBytes;
    }
  }

  /** Both together. */
  StoreStatistics plus(StoreStatistics other) {
    List<Disk> all = new ArrayList<>(disks);
    all.addAll(other.disks);
    return new StoreStatistics(
        blocks + other.blocks,
        bytes + other.bytes,
        budgetBytes + other.budgetBytes,
        evictedBlocks + other.evictedBlocks,
        evictedBytes + other.evictedBytes,
        corruptBlocks + other.corruptBlocks,
        refusedBlocks + other.refusedBlocks,
        writtenBytes + other.writtenBytes,
        scrubbedBytes + other.scrubbedBytes,
        activeLeases + other.activeLeases,
        all);
  }
}
