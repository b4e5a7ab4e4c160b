package io.blockring.node.store;

import io.blockring.client.namespace.MountId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the store was given.
 *
 * @param disks where blocks are kept; at least one, no path twice
 * @param slotBytes the largest block that can be kept, and the unit of space: a power of two from 2
 *     MiB to 16 MiB. Changing it empties the store
 * @param readThreads per disk
 * @param writeThreads per disk
 * @param queueBound reads, and writes, that may wait per disk; more are refused
 * @param maxBlocksPerDisk bounds memory, at 32 bytes a block
 * @param flushInterval after at most this long, what was written is made durable
 * @param flushBytes and after at most this much
 * @param readDeadline how long a read waits for a busy disk, its turn included, before it is a
 *     miss; the disk hangs when a call takes longer, or four times as long to write. A quarter of
 *     it is {@link #readPatience}
 * @param retryAfter how long a disk in trouble is left alone between two trials
 * @param scrubPeriod in which every block is read and proved once
 * @param writesPerDay as a multiple of each disk's budget; 0: unlimited
 * @param pageCache of which the page cache may hold as much, as a multiple of each disk's budget;
 *     from 1 on that is left to the kernel
 * @param mounts how blocks of these mounts are kept; of others as {@link MountKeeping#DEFAULT}
 */
public record StoreSettings(
    List<DiskSettings> disks,
    int slotBytes,
    int readThreads,
    int writeThreads,
    int queueBound,
    int maxBlocksPerDisk,
    Duration flushInterval,
    long flushBytes,
    Duration readDeadline,
    Duration retryAfter,
    Duration scrubPeriod,
    double writesPerDay,
    double pageCache,
    Map<MountId, MountKeeping> mounts) {

  private static final int MIN_SLOT_BYTES = 2 << 20;
  private static final int MAX_SLOT_BYTES = 16 << 20;

  public StoreSettings {
    disks = List.copyOf(disks);
    mounts = Map.copyOf(mounts);
    require(!disks.isEmpty(), "disks", disks.size(), "at least 1");
    long paths =
        disks.stream().map(disk -> disk.path().toAbsolutePath().normalize()).distinct().count();
    require(paths == disks.size(), "disks", disks, "each path once");
    require(
        Integer.bitCount(slotBytes) == 1
            && slotBytes >= MIN_SLOT_BYTES
            && slotBytes <= MAX_SLOT_BYTES,
        "slotBytes",
        slotBytes,
        "a power of two from " + MIN_SLOT_BYTES + " to " + MAX_SLOT_BYTES);
    require(readThreads > 0, "readThreads", readThreads, "at least 1");
    require(writeThreads > 0, "writeThreads", writeThreads, "at least 1");
    require(queueBound > 0, "queueBound", queueBound, "at least 1");
    require(
        maxBlocksPerDisk > 0 && maxBlocksPerDisk < SmallBlocks.COUNT_LIMIT,
        "maxBlocksPerDisk",
        maxBlocksPerDisk,
        "1 to " + (SmallBlocks.COUNT_LIMIT - 1));
    require(flushInterval.isPositive(), "flushInterval", flushInterval, "above 0");
    require(flushBytes > 0, "flushBytes", flushBytes, "at least 1");
    require(readDeadline.isPositive(), "readDeadline", readDeadline, "above 0");
    require(retryAfter.isPositive(), "retryAfter", retryAfter, "above 0");
    require(scrubPeriod.isPositive(), "scrubPeriod", scrubPeriod, "above 0");
    require(writesPerDay >= 0, "writesPerDay", writesPerDay, "at least 0");
    require(pageCache >= 0, "pageCache", pageCache, "at least 0");
  }

  /**
   * 4 MiB slots; 4 threads that read, 2 that write and a queue of 256 per disk; 16 M blocks per
   * disk; a flush every second or 256 MiB; reads are misses after 2 s, or 500 ms of the disk's
   * work; disks in trouble are tried every 2 s; a scrub takes two weeks.
   */
  public static StoreSettings of(List<DiskSettings> disks) {
    return new StoreSettings(
        disks,
        4 << 20,
        4,
        2,
        256,
        16 << 20,
        Duration.ofSeconds(1),
        256L << 20,
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        Duration.ofDays(14),
        0,
        1,
        Map.of());
  }

  /** These settings with so many threads per disk. */
  public StoreSettings withThreads(int readers, int writers) {
    return new StoreSettings(
        disks,
        slotBytes,
        readers,
        writers,
        queueBound,
        maxBlocksPerDisk,
        flushInterval,
        flushBytes,
        readDeadline,
        retryAfter,
        scrubPeriod,
        writesPerDay,
        pageCache,
        mounts);
  }

  /**
   * How long a disk may work on what one reader wants of a block, waiting for a turn not counted.
   * Then it is a miss, and the disk too slow.
   */
  Duration readPatience() {
    return readDeadline.dividedBy(4);
  }

  /** These settings for other mounts. */
  public StoreSettings withMounts(Map<MountId, MountKeeping> other) {
    return new StoreSettings(
        disks,
        slotBytes,
        readThreads,
        writeThreads,
        queueBound,
        maxBlocksPerDisk,
        flushInterval,
        flushBytes,
        readDeadline,
        retryAfter,
        scrubPeriod,
        writesPerDay,
        pageCache,
        other);
  }

  /** These settings with another allowance of writes, as a multiple of each disk's budget. */
  public StoreSettings withWritesPerDay(double other) {
    return new StoreSettings(
        disks,
        slotBytes,
        readThreads,
        writeThreads,
        queueBound,
        maxBlocksPerDisk,
        flushInterval,
        flushBytes,
        readDeadline,
        retryAfter,
        scrubPeriod,
        other,
        pageCache,
        mounts);
  }

  /** These settings with another share of the page cache, as a multiple of each disk's budget. */
  public StoreSettings withPageCache(double other) {
    return new StoreSettings(
        disks,
        slotBytes,
        readThreads,
        writeThreads,
        queueBound,
        maxBlocksPerDisk,
        flushInterval,
        flushBytes,
        readDeadline,
        retryAfter,
        scrubPeriod,
        writesPerDay,
        other,
        mounts);
  }

  /** How many slots of a disk may stay in the page cache. */
  int cachedSlots(long diskBudgetBytes) {
    return pageCache >= 1 ? Integer.MAX_VALUE : (int) (pageCache * diskBudgetBytes / slotBytes);
  }

  /** How blocks of a mount are kept. */
  MountKeeping keeping(MountId mount) {
    return mounts.getOrDefault(mount, MountKeeping.DEFAULT);
  }

  /**
   * One disk: a directory on it.
   *
   * @param budget how much of the disk may be used, index included
   * @param freeFloorBytes what shall stay free for others; the store shrinks when they take it
   */
  public record DiskSettings(Path path, Budget budget, long freeFloorBytes) {
    public DiskSettings {
      require(freeFloorBytes >= 0, "freeFloorBytes", freeFloorBytes, "at least 0");
    }
  }

  /** How much of a disk the store may use. */
  public sealed interface Budget {
    /** So many bytes. */
    record Bytes(long bytes) implements Budget {
      public Bytes {
        require(bytes > 0, "budget bytes", bytes, "at least 1");
      }
    }

    /** So much of what the file system holds in all. */
    record Percent(int percent) implements Budget {
      public Percent {
        require(percent > 0 && percent <= 100, "budget percent", percent, "1 to 100");
      }
    }
  }

  private static void require(boolean isTrue, String name, Object value, String wanted) {
    if (!isTrue) {
      throw new IllegalArgumentException("store: " + name + " is " + value + ", must be " + wanted);
    }
  }
}
