package io.blockring.node.store;

import java.util.ArrayList;
import java.util.List;

/**
 * The store at one moment. Counters only grow while the process lives.
 *
 * @param bytes of all blocks, without what headers and half-filled slots take of the budget
 * @param pinnedBytes of slots that nothing is evicted from
 * @param packedBytes what was written of compressed blocks
 * @param packedFromBytes the same blocks before
 * @param expiredBlocks dropped because they were older than their mounts allow
 * @param scrubbedBytes read and proved without a reader
 * @param pageCacheBytes of slots that may have pages in the host's page cache, whole slots counted
 * @param handedBackBytes of slots whose pages were handed back to the host
 * @param refusedBlocks that were not kept: no room could be taken, or the disk failed
 * @param bypassedBlocks that were not kept because no disk may write more today
 */
public record StoreStatistics(
    long blocks,
    long bytes,
    long budgetBytes,
    long evictedBlocks,
    long evictedBytes,
    long expiredBlocks,
    long corruptBlocks,
    long refusedBlocks,
    long bypassedBlocks,
    long pinnedBytes,
    long writtenBytes,
    long packedBytes,
    long packedFromBytes,
    long scrubbedBytes,
    long pageCacheBytes,
    long handedBackBytes,
    long activeLeases,
    List<Disk> disks) {

  /**
   * One disk's share.
   *
   * @param trouble what is wrong with it, for people; empty when nothing is
   * @param freeBytes of its file system
   * @param freeFloorBytes what shall stay free there
   * @param queuedTasks reads and writes that wait for a thread
   * @param shedTasks reads and writes that were refused because a queue was full
   * @param writtenToday bytes since midnight (UTC)
   * @param writesPerDay bytes that may be; 0: unlimited
   */
  public record Disk(
      String path,
      DiskState state,
      String trouble,
      long bytes,
      long budgetBytes,
      long freeBytes,
      long freeFloorBytes,
      int queuedTasks,
      long shedTasks,
      long writtenToday,
      long writesPerDay) {

    /** Whether nothing more is kept here until midnight. */
    public boolean isSpent() {
      return writesPerDay > 0 && writtenToday >= writesPerDay;
    }

    public boolean isHealthy() {
      return state == DiskState.HEALTHY;
    }

    /** Whether others took what shall stay free; the store gives blocks up until it is again. */
    public boolean isLow() {
      return isHealthy() && freeBytes < freeFloorBytes;
    }
  }

  /** Of a store without blocks. */
  public static StoreStatistics empty(List<Disk> disks) {
    return new StoreStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, disks);
  }

  /** What has been counted, without what is there. */
  StoreStatistics counters() {
    return new StoreStatistics(
        0,
        0,
        0,
        evictedBlocks,
        evictedBytes,
        expiredBlocks,
        corruptBlocks,
        refusedBlocks,
        bypassedBlocks,
        0,
        writtenBytes,
        packedBytes,
        packedFromBytes,
        scrubbedBytes,
        0,
        handedBackBytes,
        0,
        List.of());
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
        expiredBlocks + other.expiredBlocks,
        corruptBlocks + other.corruptBlocks,
        refusedBlocks + other.refusedBlocks,
        bypassedBlocks + other.bypassedBlocks,
        pinnedBytes + other.pinnedBytes,
        writtenBytes + other.writtenBytes,
        packedBytes + other.packedBytes,
        packedFromBytes + other.packedFromBytes,
        scrubbedBytes + other.scrubbedBytes,
        pageCacheBytes + other.pageCacheBytes,
        handedBackBytes + other.handedBackBytes,
        activeLeases + other.activeLeases,
        all);
  }
}
