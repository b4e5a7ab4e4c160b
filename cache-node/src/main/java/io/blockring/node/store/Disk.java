package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.MountId;
import io.blockring.node.store.MountKeeping.Compression;
import io.blockring.node.store.StoreSettings.DiskSettings;
import io.blockring.node.store.disk.Directory;
import io.blockring.node.store.disk.DiskThreads;
import io.blockring.node.store.disk.KernelException;
import io.blockring.node.store.disk.UnderWay;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
  private static final Duration CLOSE_PATIENCE_IN_TROUBLE = Duration.ofSeconds(1);

  /** A write, a flush or a trial may take so many read deadlines before it counts as hanging. */
  private static final int WRITE_DEADLINES = 4;

  /** A disk whose reads stay suspect for so many trials is given up. */
  private static final int TRIALS = 3;

  /** Beyond so many flushes' worth of bytes not yet durable, the disk cannot keep up. */
  private static final int MAX_FLUSHES_BEHIND = 2;

  /** Looked at under one hold of the lock. */
  private static final int SLOTS_AT_ONCE = 1024;

  private final StoreSettings settings;
  private final Capacity capacity;
  private final Directory directory;
  private final DiskFormat format;
  private final ReentrantLock lock;
  private final Tenants tenants;
  private final DailyWrites daily;
  private final BlockTable table;
  private final SlotFiles files;
  private final FreeSpace space;
  private final GroupCommit commits;
  private final BlockWriter writer;
  private final BlockPacker packer;
  private final DiskThreads threads;
  private final DiskHealth health;
  private final ScratchBuffers buffers = new ScratchBuffers();
  private final ProvedHeaders headers = new ProvedHeaders();
  private final Pins pins;
  private final PageHandback pages;
  private final Upkeep upkeep;
  private final Scrub scrub;
  private final IndexLog log;
  private final long slotFootprint;

  private final DiskTrial trial;
  private final UnderWay trials;
  private final ProcessPauses pauses;

  /** By share. */
  private final BlockWriter.@Nullable Region[] openRegions;

  private boolean isClosed;

  /**
   * What made the reads suspect, until a trial has succeeded: an old flaw says nothing of today.
   */
  private final AtomicReference<@Nullable FailedRead> lastFailedRead = new AtomicReference<>();

  /** When last watched no read had been answered for too long; on the thread that watches only. */
  private boolean stoodStill;

  /** Its files are closed; on the thread that closes it only. */
  private boolean isLeft;

  /** Said once, not for every block. */
  private volatile boolean hasRunOutOfSpace;

  private long corruptBlocks;
  private long refusedBlocks;
  private long bypassedBlocks;
  private long writtenBytes;
  private long packedBytes;
  private long packedFromBytes;

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
    LongSupplier seconds = clock(nanoTime);
    this.tenants = new Tenants(settings.mounts(), capacity.slots(), seconds);
    this.daily =
        new DailyWrites((long) (settings.writesPerDay() * capacity.budgetBytes()), seconds);
    this.table =
        new BlockTable(
            capacity.slots(),
            settings.slotBytes(),
            capacity.maxBlocks(),
            tenants,
            settings.cachedSlots(capacity.budgetBytes()),
            this::removed);
    this.pins = new Pins(this, table, tenants);
    this.openRegions = new BlockWriter.Region[tenants.shares().size()];
    table.expect(IndexLog.mostBlocks(directory));
    this.log = IndexLog.open(directory, format, lock, this::restore);
    directory.sync();
    this.table.restored();
    this.writer = new BlockWriter(files, log, buffers);
    this.packer = new BlockPacker(settings.slotBytes());
    this.commits = new GroupCommit(lock, table, files, log);
    this.pages = new PageHandback(lock, table, files, nanoTime, name + "-pages");
    this.upkeep =
        new Upkeep(
            lock,
            settings,
            capacity,
            tenants,
            daily,
            table,
            files,
            space,
            commits,
            log,
            health,
            pages,
            nanoTime,
            name + "-flush");
    this.trial = new DiskTrial(directory.path());
    this.trials = new UnderWay(nanoTime);
    this.files.open(table.highWater());
    this.threads =
        new DiskThreads(
            name, settings.readThreads(), settings.writeThreads(), settings.queueBound(), nanoTime);
    this.scrub =
        new Scrub(this, lock, table, capacity.slots(), settings.scrubPeriod(), name + "-scrub");
    this.pauses = new ProcessPauses(nanoTime);
    pages.start();
    upkeep.start();
    scrub.start();
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

  DiskState state() {
    return health.state();
  }

  /** Whether as much as may be was written today. */
  boolean isSpent() {
    lock.lock();
    try {
      return daily.isSpent();
    } finally {
      lock.unlock();
    }
  }

  /** Counts a block that is not kept because no disk may write more today. */
  void bypass() {
    lock.lock();
    try {
      bypassedBlocks++;
    } finally {
      lock.unlock();
    }
  }

  @Nullable StoredBlock lease(BlockKey key, long fingerprint) {
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
    return place == null ? null : StoredBlock.of(this, key, fingerprint, place);
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

  @Nullable Reservation reserve(
      BlockKey key, MountId mount, BlockHome home, long fingerprint, int length) {
    Compression compression = settings.keeping(mount).compression();
    int share = tenants.shareOf(mount);
    lock.lock();
    try {
      boolean isBehind = commits.dirtyBytes() > MAX_FLUSHES_BEHIND * settings.flushBytes();
      if (isClosed || isBehind) {
        refusedBlocks++;
        return null;
      }
      // How much a block takes that may be compressed is known when it has been.
      Room room = compression == Compression.NONE ? take(share, length, null) : null;
      if (room == null && compression == Compression.NONE) {
        return null;
      }
      return new SlotReservation(
          this, key, home, fingerprint, length, compression, share, room, null);
    } finally {
      lock.unlock();
    }
  }

  /** Where a block is to be written, for which share. */
  record Room(Place place, int share, BlockWriter.@Nullable Region region) {}

  /**
   * Takes room for a block, compressed if {@code packed} is there; counts a block that gets none.
   */
  @Nullable Room take(int share, int length, @Nullable ByteBuffer packed) {
    lock.lock();
    try {
      long grownBefore = table.grownSlots();
      boolean mayGrow = space.mayTake(slotFootprint);
      Place place =
          packed == null
              ? table.take(share, length, mayGrow)
              : table.takePacked(share, length, packed.remaining(), mayGrow);
      space.take((table.grownSlots() - grownBefore) * slotFootprint);
      if (place == null) {
        refusedBlocks++;
        return null;
      }
      return new Room(place, share, regionOf(place, share));
    } finally {
      lock.unlock();
    }
  }

  BlockPacker packer() {
    return packer;
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
      pages.wakeIfDue();
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

  /** Counts a block that is not kept, and gives its room back if it had some. */
  void refuse(@Nullable Room room) {
    lock.lock();
    try {
      refusedBlocks++;
      if (room != null) {
        table.abandon(room.place());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes and publishes a block, on a write thread. Never throws for what the disk does.
   *
   * @param former where the block is until then; null when it is not there
   * @param stored the block, or its compressed form if that is what the room was taken for
   */
  boolean write(
      BlockKey key,
      BlockHome home,
      long fingerprint,
      Room room,
      @Nullable Place former,
      ByteBuffer block,
      ByteBuffer stored) {
    Place place = room.place();
    int storedBytes = stored.remaining();
    try {
      if (room.region() == null) {
        writer.writeLarge(key, home, place, block);
      } else {
        writer.writeSmall(key, home, place, room.region(), block, stored);
      }
      health.writes().succeeded();
    } catch (IOException e) {
      if (e instanceof KernelException kernel && kernel.isOutOfSpace()) {
        ranOutOfSpace(place, e);
      } else {
        health.writes().failed(e);
        refuse(room);
      }
      return false;
    }
    return publish(fingerprint, room, former, storedBytes);
  }

  /** A read that was not for nothing: the trial after it reads the same bytes. */
  void readFailed(IOException cause, FailedRead read) {
    if (health.reads().failed(cause)) {
      lastFailedRead.set(read);
    }
  }

  @Nullable FailedRead lastFailedRead() {
    return lastFailedRead.get();
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

  ProvedHeaders headers() {
    return headers;
  }

  PageHandback pages() {
    return pages;
  }

  ProcessPauses pauses() {
    return pauses;
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
              health.state(),
              health.trouble(),
              table.bytes(),
              capacity.budgetBytes(),
              space.usableBytes(),
              space.floorBytes(),
              threads.queued(),
              threads.shed(),
              daily.bytes(),
              daily.allowedBytes());
      return new StoreStatistics(
          table.blocks(),
          table.bytes(),
          capacity.budgetBytes(),
          table.evictedBlocks(),
          table.evictedBytes(),
          table.expiredBlocks(),
          corruptBlocks,
          refusedBlocks,
          bypassedBlocks,
          (long) table.slotsOf(Tenants.PINNED) * settings.slotBytes(),
          writtenBytes,
          packedBytes,
          packedFromBytes,
          scrub.scrubbedBytes(),
          (long) table.pageCache().slots() * settings.slotBytes(),
          pages.slots() * settings.slotBytes(),
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

  /**
   * Sees whether calls to the disk return. Touches no disk, so that it does not hang with it;
   * called several times a second.
   */
  void watch() {
    Duration patience = settings.readDeadline();
    Duration longer = patience.multipliedBy(WRITE_DEADLINES);
    // What a paused process finds unanswered has been answered by the next look.
    boolean isAfterPause = pauses.look();
    boolean areReadsHanging =
        isLonger(threads.reads().longest(), patience) || isLonger(trials.longest(), longer);
    if (areReadsHanging && !isAfterPause) {
      health.reads().suspect("a read has not returned for " + patience.toMillis() + " ms");
    }
    watchStandstill();
    if (areWritesHanging(longer) && !isAfterPause) {
      health.writes().suspect("a write has not returned for " + longer.toMillis() + " ms");
    }
    if (!health.isReadable()) {
      threads.refuseWaitingReads();
    }
    if (!health.isWritable()) {
      threads.refuseWaitingWrites();
    }
  }

  /** Seen twice: after a pause of this process the disk has answered by the second time. */
  private void watchStandstill() {
    boolean standsStill = isLonger(threads.reads().standstill(), settings.readPatience());
    if (standsStill && stoodStill) {
      health
          .reads()
          .suspect("no read has returned for " + settings.readPatience().toMillis() + " ms");
    }
    stoodStill = standsStill;
  }

  /**
   * Tries the disk out, and brings back what it finds well. May hang as long as the disk does.
   *
   * @return why the disk is to be given up, or null
   */
  @Nullable String check() {
    trials.begins();
    try {
      if (!directory.isInPlace()) {
        return "its directory is gone: unmounted, or another is mounted there";
      }
      checkReads();
      checkWrites();
    } catch (IOException e) {
      health.reads().failed(e);
    } finally {
      trials.ends();
    }
    Duration triedFor = health.reads().triedFor();
    return triedFor != null && isLonger(triedFor, settings.retryAfter().multipliedBy(TRIALS))
        ? health.trouble()
        : null;
  }

  private void checkReads() throws IOException {
    FailedRead failed = lastFailedRead.get();
    if (health.isReadable()) {
      // Not timed: a disk that is busy with our own writes is well. Nor does it undo a suspicion
      // that comes meanwhile: that takes a trial which begins after it.
      trial.read(null);
      health.reads().succeeded();
      lastFailedRead.compareAndSet(failed, null);
    } else if (health.reads().isTrialDue()) {
      trial.readWithin(trialPatience(settings), failed);
      if (!isLonger(threads.reads().longest(), settings.readDeadline())) {
        lastFailedRead.compareAndSet(failed, null);
        health.reads().recovered();
      }
    }
  }

  /** A single page of a disk that is to be used again comes well before readers lose patience. */
  static Duration trialPatience(StoreSettings settings) {
    return settings.readPatience().dividedBy(2);
  }

  private void checkWrites() {
    if (health.writes().isUp()) {
      if (!directory.isWritable()) {
        health.writes().suspect("the file system is read-only (EROFS)");
      }
      return;
    }
    if (!health.writes().isTrialDue()) {
      return;
    }
    try {
      trial.write();
      if (!areWritesHanging(settings.readDeadline().multipliedBy(WRITE_DEADLINES))) {
        health.writes().recovered();
      }
    } catch (IOException e) {
      health.writes().failed(e);
    }
  }

  private boolean areWritesHanging(Duration patience) {
    return isLonger(threads.writes().longest(), patience)
        || isLonger(upkeep.flushes().longest(), patience);
  }

  private static boolean isLonger(Duration time, Duration limit) {
    return time.compareTo(limit) > 0;
  }

  /** Gives the disk up without waiting for it: all its blocks are misses from now on. */
  void abandon() {
    if (beginClosing()) {
      threads.refuseWaitingWrites();
    }
  }

  /**
   * After {@link #abandon}: closes its files once nobody uses them any more.
   *
   * @return whether that is done
   */
  boolean hasLeft() {
    if (!isLeft && isIdle(Duration.ZERO)) {
      letGo(true);
    }
    return isLeft;
  }

  @Override
  public void close() {
    if (!beginClosing()) {
      return;
    }
    boolean isWell = health.state() == DiskState.HEALTHY;
    boolean isIdle = isIdle(isWell ? CLOSE_PATIENCE : CLOSE_PATIENCE_IN_TROUBLE);
    if (isIdle) {
      upkeep.tend();
    } else {
      LOG.warn("{}: closed while it is in use; its files stay open", this);
    }
    letGo(isIdle);
  }

  /** False when that was done before. */
  private boolean beginClosing() {
    lock.lock();
    try {
      if (isClosed) {
        return false;
      }
      isClosed = true;
    } finally {
      lock.unlock();
    }
    scrub.stop();
    pages.stop();
    upkeep.stop();
    return true;
  }

  private boolean isIdle(Duration patience) {
    return threads.finish(patience)
        && scrub.hasEnded(patience)
        && pages.hasEnded(patience)
        && upkeep.hasEnded(patience)
        && statistics().activeLeases() == 0;
  }

  private void letGo(boolean isIdle) {
    isLeft = true;
    try (directory) {
      if (isIdle) {
        log.close();
        files.close();
      }
    } catch (IOException e) {
      LOG.warn("{}: closing failed: {}", this, e.getMessage());
    }
  }

  /** Pins blocks, and lets pins go. */
  Pins pins() {
    return pins;
  }

  int shareOf(MountId mount) {
    return tenants.shareOf(mount);
  }

  /** One number for each slot: see {@link BlockTable#heat}. */
  byte[] heat() {
    byte[] heat = new byte[locked(table::highWater)];
    for (int slot = 0; slot < heat.length; slot += SLOTS_AT_ONCE) {
      int from = slot;
      lock.lock();
      try {
        table.heat(from, Math.min(heat.length, from + SLOTS_AT_ONCE), heat);
      } finally {
        lock.unlock();
      }
    }
    return heat;
  }

  /** Whether reads are worth a try. */
  boolean isReadable() {
    return !isClosed && health.isReadable();
  }

  /**
   * The blocks of a slot, which is held in place until one of them is {@linkplain #release
   * released}; none when there are none, or the disk is not to be read.
   */
  List<IndexRecord> holdBlocks(int slot) {
    List<IndexRecord> blocks = new ArrayList<>();
    lock.lock();
    try {
      if (!isClosed && health.isReadable()) {
        table.copyBlocks(slot, blocks::add);
        if (!blocks.isEmpty()) {
          table.hold(blocks.getFirst().place());
        }
      }
    } finally {
      lock.unlock();
    }
    return blocks;
  }

  /** With the lock held; touches no disk. */
  <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  private void restore(IndexRecord record) {
    if (record.kind() == IndexRecord.Kind.WRITTEN) {
      daily.restore(record);
    } else {
      table.restore(record);
    }
  }

  private void removed(IndexRecord record) {
    log.add(record);
  }

  /** Seconds since 1970, by the monotonic clock. */
  private static LongSupplier clock(LongSupplier nanoTime) {
    long startMillis = System.currentTimeMillis();
    long startNanos = nanoTime.getAsLong();
    return () -> (startMillis + (nanoTime.getAsLong() - startNanos) / 1_000_000) / 1000;
  }

  private BlockWriter.@Nullable Region regionOf(Place place, int share) {
    if (!place.isSmall()) {
      return null;
    }
    BlockWriter.Region region = openRegions[share];
    if (region == null || region.slot() != place.slot() || place.offset() == 0) {
      region = new BlockWriter.Region(place.slot());
      openRegions[share] = region;
    }
    return region;
  }

  /** Whether the block is there now, be it from this writing or another. */
  private boolean publish(long fingerprint, Room room, @Nullable Place former, int storedBytes) {
    Place place = room.place();
    lock.lock();
    try {
      daily.wrote(storedBytes + BlockHeader.bytes(place.length()));
      boolean isReplaced = former != null && table.remove(fingerprint, former);
      if ((former != null && !isReplaced) || table.find(fingerprint) != null) {
        table.abandon(place);
        return former == null;
      }
      table.publish(fingerprint, place, room.share());
      commits.written(fingerprint, place);
      writtenBytes += storedBytes;
      if (place.encoding() == Encoding.LZ4) {
        packedBytes += storedBytes;
        packedFromBytes += place.length();
      }
      upkeep.wakeIfDue();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void forget(long fingerprint, Place place, BlockStore.DropReason reason) {
    if (table.remove(fingerprint, place) && reason == BlockStore.DropReason.CORRUPT) {
      corruptBlocks++;
    }
  }

  private void punch(int slot) {
    try {
      files.punch(slot);
    } catch (IOException e) {
      // Without inodes there is no file to give back from: a fault of the device neither.
      if (!(e instanceof KernelException kernel && kernel.isOutOfSpace())) {
        health.writes().failed(e);
      }
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
      punch(place.slot());
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
