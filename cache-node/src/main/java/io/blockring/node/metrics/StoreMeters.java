package io.blockring.node.metrics;

import io.blockring.client.memory.ByteBudget;
import io.blockring.client.memory.MemoryRung;
import io.blockring.node.store.StoreStatistics;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Blocks on disks and in memory, and the bytes in flight. */
public final class StoreMeters {
  private StoreMeters() {}

  /**
   * Shows a store and its disks.
   *
   * @param statistics asked several times at every scrape; its disks never change
   */
  public static void bind(Metrics metrics, Supplier<StoreStatistics> statistics) {
    metrics.gauge(NodeMeter.STORE_BLOCKS, () -> statistics.get().blocks());
    metrics.gauge(NodeMeter.STORE_BYTES, () -> statistics.get().bytes());
    metrics.gauge(NodeMeter.STORE_BUDGET_BYTES, () -> statistics.get().budgetBytes());
    metrics.counter(NodeMeter.STORE_EVICTED_BLOCKS, () -> statistics.get().evictedBlocks());
    metrics.counter(NodeMeter.STORE_EVICTED_BYTES, () -> statistics.get().evictedBytes());
    metrics.counter(NodeMeter.STORE_EXPIRED_BLOCKS, () -> statistics.get().expiredBlocks());
    metrics.counter(NodeMeter.STORE_CORRUPT_BLOCKS, () -> statistics.get().corruptBlocks());
    metrics.counter(NodeMeter.STORE_REFUSED_BLOCKS, () -> statistics.get().refusedBlocks());
    metrics.counter(NodeMeter.STORE_BYPASSED_BLOCKS, () -> statistics.get().bypassedBlocks());
    metrics.counter(NodeMeter.STORE_WRITTEN_BYTES, () -> statistics.get().writtenBytes());
    metrics.counter(NodeMeter.STORE_PACKED_BYTES, () -> statistics.get().packedBytes());
    metrics.counter(NodeMeter.STORE_PACKED_FROM_BYTES, () -> statistics.get().packedFromBytes());
    metrics.counter(NodeMeter.STORE_SCRUBBED_BYTES, () -> statistics.get().scrubbedBytes());
    metrics.gauge(NodeMeter.STORE_PAGE_CACHE_BYTES, () -> statistics.get().pageCacheBytes());
    metrics.counter(NodeMeter.STORE_HANDED_BACK_BYTES, () -> statistics.get().handedBackBytes());
    metrics.gauge(NodeMeter.STORE_PINNED_BYTES, () -> statistics.get().pinnedBytes());
    metrics.gauge(NodeMeter.STORE_LEASES, () -> statistics.get().activeLeases());
    List<StoreStatistics.Disk> disks = statistics.get().disks();
    for (int i = 0; i < disks.size(); i++) {
      bindDisk(metrics, statistics, i, disks.get(i).path());
    }
  }

  private static void bindDisk(
      Metrics metrics, Supplier<StoreStatistics> statistics, int index, String path) {
    Disk disk = field -> field.applyAsDouble(statistics.get().disks().get(index));
    metrics.gauge(NodeMeter.DISK_HEALTHY, () -> disk.get(d -> d.isHealthy() ? 1 : 0), path);
    metrics.gauge(NodeMeter.DISK_BYTES, () -> disk.get(StoreStatistics.Disk::bytes), path);
    metrics.gauge(
        NodeMeter.DISK_BUDGET_BYTES, () -> disk.get(StoreStatistics.Disk::budgetBytes), path);
    metrics.gauge(NodeMeter.DISK_FREE_BYTES, () -> disk.get(StoreStatistics.Disk::freeBytes), path);
    metrics.gauge(
        NodeMeter.DISK_WRITTEN_TODAY, () -> disk.get(StoreStatistics.Disk::writtenToday), path);
    metrics.gauge(
        NodeMeter.DISK_WRITES_PER_DAY, () -> disk.get(StoreStatistics.Disk::writesPerDay), path);
    metrics.gauge(NodeMeter.DISK_QUEUE, () -> disk.get(StoreStatistics.Disk::queuedTasks), path);
    metrics.counter(NodeMeter.DISK_SHED, () -> disk.get(StoreStatistics.Disk::shedTasks), path);
  }

  /** One disk as it is now. */
  private interface Disk {
    double get(ToDoubleFunction<StoreStatistics.Disk> field);
  }

  /** Shows the memory rung and the budget of bytes in flight. */
  public static void bindMemory(Metrics metrics, MemoryRung memory, ByteBudget budget) {
    metrics.gauge(NodeMeter.MEMORY_BYTES, memory::bytes);
    metrics.gauge(NodeMeter.IN_FLIGHT_BYTES, budget::bytesInFlight);
    metrics.gauge(NodeMeter.IN_FLIGHT_BUDGET_BYTES, budget::totalBytes);
    metrics.counter(NodeMeter.IN_FLIGHT_SHED, budget::refusals);
  }
}
