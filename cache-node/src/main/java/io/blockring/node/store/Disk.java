package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import io.blockring.node.store.StoreSettings.DiskSettings;
import io.blockring.node.store.disk.Directory;
import io.blockring.node.store.disk.DiskThreads;
import io.blockring.node.store.disk.KernelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocks of one disk. One lock guards what is in memory (table, free space, batch, pending
 * index records); it is never held across I/O. Safe for many threads.
 */
final class Disk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Disk.class);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);

  /** Beyond so many flushes' worth of bytes not yet durable, the disk cannot keep up. */
  private static final int MAX_FLUSHES_BEHIND = 4;

  private final StoreSettings settings;
  private final Capacity capacity;
  private final Directory directory;
  private final DiskFormat format;
  private final ReentrantLock lock;
  private final BlockTable table;
  private final SlotFiles files;
  private final FreeSpace space;
  private final GroupCommit commits;
  private final BlockWriter writer;
  private final DiskThreads threads;
  private final DiskHealth health;
  private final ScratchBuffers buffers = new ScratchBuffers();
  private final Upkeep upkeep;
  private final Scrub scrub;
  private final IndexLog log;
  private final long slotFootprint;

  private BlockWriter.@Nullable Region openRegion;
  private boolean isClosed;

  /** Said once, not for every block. */
  private volatile boolean hasRunOutOfSpace;

  private long corruptBlocks;
  private long refusedBlocks;
  private long writtenBytes;

  private Disk(
      DiskSettings disk,
      StoreSettings settings,
      Directory directory,
      LongSupplier nanoTime,
      String name)
      throws IOException {
    FileStore fileStore = Files.getFileStore(directory.path());
    this.settings = settings;
    this.directory = directory;
    this.capacity = Capacity.of(disk, settings, fileStore.getTotalSpace());
    this.format = DiskFormat.openOrReset(directory, settings.slotBytes());
    this.slotFootprint = settings.slotBytes() + (long) SlotFiles.headerBytes(settings.slotBytes());
    this.lock = new ReentrantLock();
    this.space = new FreeSpace(fileStore, disk.freeFloorBytes());
    this.health = new DiskHealth(directory.path(), settings.retryAfter(), nanoTime);
    this.files = new SlotFiles(directory, settings.slotBytes(), capacity.slots());
    this.table =
        new BlockTable(capacity.slots(), settings.slotBytes(), capacity.maxBlocks(), this::removed);
    this.log = IndexLog.open(directory, format, lock, table::restore);
    directory.sync();
    this.table.restored();
    this.writer = new BlockWriter(files, log, buffers);
    this.commits = new GroupCommit(lock, table, files, log);
    this.upkeep = new Upkeep(lock, settings, capacity, table, files, space, commits, log, health);
    this.files.open(table.highWater());
    this.threads =
        new DiskThreads(
            name, settings.readThreads(), settings.writeThreads(), settings.queueBound());
    this.scrub = new Scrub(this, lock, table, capacity.slots(), settings.scrubPeriod());
    upkeep.start(name + "-flush");
    scrub.start(name + "-scrub");
  }

  /**
   * Takes a directory and reads its index.
   *
   * @param name of the disk's threads
   * @param nanoTime a monotonic clock
   */
  static Disk open(DiskSettings disk, StoreSettings settings, String name, LongSupplier nanoTime)
      throws IOException {
    long start = System.nanoTime();
    Directory directory = Directory.take(disk.path());
    try {
      Disk opened = new Disk(disk, settings, directory, nanoTime, name);
      LOG.info(
          "{}: {} blocks, {} of {} bytes used; index read in {} ms",
          disk.path(),
          opened.table.blocks(),
          opened.table.highWater() * opened.slotFootprint,
          opened.capacity.budgetBytes(),
          (System.nanoTime() - start) / 1_000_000);
      return opened;
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  long id() {
    return format.diskId();
  }

  long budgetBytes() {
    return capacity.budgetBytes();
  }

  boolean isWritable() {
    return health.isWritable();
  }

  @Nullable BlockLease lease(BlockKey key, long fingerprint) {
    if (!health.isReadable()) {
      return null;
    }
    Place place;
    lock.lock();
    try {
      place = isClosed ? null : table.lease(fingerprint);
    } finally {
      lock.unlock();
    }
    return place == null ? null : new StoredBlock(this, key, fingerprint, place);
  }

  boolean contains(long fingerprint) {
    if (!health.isReadable()) {
      return false;
    }
    lock.lock();
    try {
      return table.find(fingerprint) != null;
    } finally {
      lock.unlock();
    }
  }

  @Nullable Reservation reserve(BlockKey key, long fingerprint, int length) {
    lock.lock();
    try {
      boolean isBehind = commits.dirtyBytes() > MAX_FLUSHES_BEHIND * settings.flushBytes();
      long grownBefore = table.grownSlots();
      Place place = isClosed || isBehind ? null : table.take(length, space.mayTake(slotFootprint));
      space.take((table.grownSlots() - grownBefore) * slotFootprint);
      if (place == null) {
        refusedBlocks++;
        return null;
      }
      return new SlotReservation(this, key, fingerprint, place, regionOf(place));
    } finally {
      lock.unlock();
    }
  }

  void drop(long fingerprint, BlockStore.DropReason reason) {
    lock.lock();
    try {
      Place place = table.find(fingerprint);
      if (place != null) {
        forget(fingerprint, place, reason);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a block that a lease found wrong, if it is still the one that was leased. */
  void dropCorrupt(long fingerprint, Place place) {
    lock.lock();
    try {
      forget(fingerprint, place, BlockStore.DropReason.CORRUPT);
    } finally {
      lock.unlock();
    }
  }

  void hold(Place place) {
    lock.lock();
    try {
      table.hold(place);
    } finally {
      lock.unlock();
    }
  }

  void release(Place place) {
    lock.lock();
    try {
      table.release(place);
    } finally {
      lock.unlock();
    }
  }

  /** Gives back the room of a block that does not come. */
  void abandon(Place place) {
    lock.lock();
    try {
      table.abandon(place);
    } finally {
      lock.unlock();
    }
  }

  /** Counts a block that had room but was not kept, and gives the room back. */
  void refuse(Place place) {
    lock.lock();
    try {
      refusedBlocks++;
      table.abandon(place);
    } finally {
      lock.unlock();
    }
  }

  /** Writes and publishes a block, on a write thread. Never throws for what the disk does. */
  boolean write(
      BlockKey key,
      long fingerprint,
      Place place,
      BlockWriter.@Nullable Region region,
      ByteBuffer block) {
    try {
      if (region == null) {
        writer.writeLarge(key, place, block);
      } else {
        writer.writeSmall(key, place, region, block);
      }
      health.writeSucceeded();
    } catch (IOException e) {
      if (e instanceof KernelException kernel && kernel.isOutOfSpace()) {
        ranOutOfSpace(place, e);
      } else {
        health.writeFailed(e);
        refuse(place);
      }
      return false;
    }
    publish(fingerprint, place);
    return true;
  }

  SlotFiles files() {
    return files;
  }

  DiskThreads threads() {
    return threads;
  }

  DiskHealth health() {
    return health;
  }

  ScratchBuffers buffers() {
    return buffers;
  }

  StoreSettings settings() {
    return settings;
  }

  @Override
  public String toString() {
    return directory.path().toString();
  }

  StoreStatistics statistics() {
    lock.lock();
    try {
      StoreStatistics.Disk disk =
          new StoreStatistics.Disk(
              toString(),
              health.isReadable() && health.isWritable(),
              table.bytes(),
              capacity.budgetBytes(),
              space.usableBytes(),
              space.floorBytes(),
              threads.queued(),
              threads.shed());
      return new StoreStatistics(
          table.blocks(),
          table.bytes(),
          capacity.budgetBytes(),
          table.evictedBlocks(),
          table.evictedBytes(),
          corruptBlocks,
          refusedBlocks,
          writtenBytes,
          scrub.scrubbedBytes(),
          table.leases(),
          List.of(disk));
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of memory that the table takes. */
  long memoryBytes() {
    lock.lock();
    try {
      return table.memoryBytes();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes durable what was written; tends to free space and the index. Otherwise done by itself.
   */
  void flush() {
    upkeep.tend();
  }

  /** Proves the blocks of one slot. Otherwise done by itself. */
  void scrub() {
    scrub.step();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (isClosed) {
        return;
      }
      isClosed = true;
    } finally {
      lock.unlock();
    }
    scrub.stop();
    boolean isIdle = threads.finish(CLOSE_PATIENCE);
    upkeep.stop();
    try (directory) {
      log.close();
      long leases = statistics().activeLeases();
      if (isIdle && leases == 0) {
        files.close();
      } else {
        LOG.warn("{}: closed while {} leases are open; their files stay open", this, leases);
      }
    } catch (IOException e) {
      LOG.warn("{}: closing failed: {}", this, e.getMessage());
    }
  }

  private void removed(IndexRecord record) {
    log.add(record);
  }

  private BlockWriter.@Nullable Region regionOf(Place place) {
    if (!place.isSmall()) {
      return null;
    }
    BlockWriter.Region region = openRegion;
    if (region == null || region.slot() != place.slot() || place.offset() == 0) {
      region = new BlockWriter.Region(place.slot());
      openRegion = region;
    }
    return region;
  }

  private void publish(long fingerprint, Place place) {
    lock.lock();
    try {
      if (table.find(fingerprint) != null) {
        table.abandon(place);
        return;
      }
      table.publish(fingerprint, place);
      commits.written(fingerprint, place);
      writtenBytes += place.length();
      upkeep.wakeIfDue();
    } finally {
      lock.unlock();
    }
  }

  private void forget(long fingerprint, Place place, BlockStore.DropReason reason) {
    if (table.remove(fingerprint, place) && reason == BlockStore.DropReason.CORRUPT) {
      corruptBlocks++;
    }
  }

  /** No fault of the device: the store goes on with the slots it has. */
  private void ranOutOfSpace(Place place, IOException cause) {
    if (!hasRunOutOfSpace) {
      hasRunOutOfSpace = true;
      LOG.warn(
          "{}; new blocks take the place of old ones until there is space", cause.getMessage());
    }
    if (!place.isSmall()) {
      try {
        files.punch(place.slot());
      } catch (IOException e) {
        health.writeFailed(e);
      }
    }
    lock.lock();
    try {
      refusedBlocks++;
      space.ranOut();
      table.abandonUnallocated(place);
    } finally {
      lock.unlock();
    }
  }
}
