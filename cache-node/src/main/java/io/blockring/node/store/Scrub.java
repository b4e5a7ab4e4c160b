package io.blockring.node.store;

import static io.blockring.client.namespace.Blocks.CELL_BYTES;

import io.blockring.client.namespace.BlockKey;
import io.blockring.node.store.disk.DiskFile;
import io.blockring.node.store.disk.KernelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every committed block of a disk once in a while and proves it, so that what has rotted is
 * gone before a reader waits for it. One thread, evenly paced over the period; passes its turn
 * while readers or writers queue for the disk. Reads the device, not the page cache.
 */
final class Scrub {
  private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);
  private static final long STOP_PATIENCE_MILLIS = 30_000;

  /** A multiple of a cell. */
  private static final int CHUNK_BYTES = 128 * 1024;

  /** A nearly empty disk is not read more often than this allows. */
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

  private final Disk disk;
  private final ReentrantLock lock;
  private final Condition isStopping;
  private final BlockTable table;
  private final long nanosPerSlot;
  private final ByteBuffer headers = aligned(ScratchBuffers.BYTES + DiskFile.DIRECT_UNIT_BYTES);
  private final ByteBuffer chunks = aligned(CHUNK_BYTES + DiskFile.DIRECT_UNIT_BYTES);

  /** Written in {@link #step} only. */
  private volatile long scrubbedBytes;

  private Thread thread = Thread.currentThread();
  private boolean isStopped;
  private int nextSlot;

  /** Until a file system that opens files for direct reads turns out to refuse them. */
  private volatile boolean isPossible = true;

  /**
   * @param lock of the disk
   * @param period in which each slot's turn comes once
   */
  Scrub(Disk disk, ReentrantLock lock, BlockTable table, int slots, Duration period) {
    this.disk = disk;
    this.lock = lock;
    this.isStopping = lock.newCondition();
    this.table = table;
    this.nanosPerSlot = Math.max(SHORTEST_PAUSE.toNanos(), period.toNanos() / slots);
  }

  void start(String name) {
    thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  void stop() {
    lock.lock();
    try {
      isStopped = true;
      isStopping.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(STOP_PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Bytes of blocks proved since the start. */
  long scrubbedBytes() {
    return scrubbedBytes;
  }

  /** Proves the blocks of the next slot that has some. */
  synchronized void step() {
    List<IndexRecord> blocks = new ArrayList<>();
    lock.lock();
    try {
      int next = table.copyCommitted(nextSlot, 1, blocks::add);
      nextSlot = next == SlotTable.NONE ? 0 : next;
      if (blocks.isEmpty()) {
        return;
      }
      table.hold(blocks.getFirst().place());
    } finally {
      lock.unlock();
    }
    Place slot = blocks.getFirst().place();
    try (DiskFile file = DiskFile.openDirect(disk.files().of(slot.slot()).path())) {
      blocks.forEach(block -> prove(block, file));
    } catch (IOException e) {
      // Of the process or the file system, like too many open files: it says nothing of the blocks.
      LOG.warn("{}: slot {} cannot be opened to be proved: {}", disk, slot.slot(), e.getMessage());
    } finally {
      disk.release(slot);
    }
  }

  private void run() {
    while (isPossible && await()) {
      try {
        if (disk.threads().queued() == 0) {
          step();
        }
      } catch (RuntimeException e) {
        LOG.error("{}: scrubbing failed and goes on", disk, e);
      }
    }
    if (!isPossible) {
      LOG.warn("{}: its file system refuses direct reads, so blocks are not scrubbed", disk);
    }
  }

  private boolean await() {
    lock.lock();
    try {
      long nanos = nanosPerSlot;
      while (nanos > 0 && !isStopped) {
        nanos = isStopping.awaitNanos(nanos);
      }
      return !isStopped;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void prove(IndexRecord block, DiskFile file) {
    Place place = block.place();
    try {
      String flaw = flaw(block, file);
      if (flaw == null) {
        disk.health().readSucceeded();
        scrubbedBytes = scrubbedBytes + place.length();
        return;
      }
      LOG.warn("{}: block in slot {} at {}: {}; dropped", disk, place.slot(), place.offset(), flaw);
    } catch (KernelException e) {
      if (e.isInvalidArgument()) {
        isPossible = false;
        return;
      }
      failed(place, e);
    } catch (IOException e) {
      failed(place, e);
    }
    disk.dropCorrupt(block.fingerprint(), place);
  }

  private void failed(Place place, IOException cause) {
    disk.health().readFailed(cause);
    LOG.warn("{}: block in slot {}: {}; dropped", disk, place.slot(), cause.getMessage());
  }

  /** What is wrong with a block, or null. */
  private @Nullable String flaw(IndexRecord block, DiskFile file) throws IOException {
    Place place = block.place();
    int length = place.length();
    ByteBuffer header =
        read(file, headers, disk.files().headerPosition(place), BlockHeader.bytes(length));
    BlockKey key = BlockHeader.key(header);
    if (key == null || Fingerprint.of(key) != block.fingerprint()) {
      return "not the header of the block that the index has there";
    }
    String flaw = BlockHeader.flaw(header, key, length);
    for (int at = 0; flaw == null && at < length; at += CHUNK_BYTES) {
      int wanted = Math.min(CHUNK_BYTES, length - at);
      ByteBuffer bytes = read(file, chunks, disk.files().dataPosition(place) + at, wanted);
      flaw = bytes.remaining() < wanted ? "bytes are cut off" : flawOf(bytes, header, at);
    }
    return flaw;
  }

  private static @Nullable String flawOf(ByteBuffer bytes, ByteBuffer header, int offset) {
    for (int cell = offset / CELL_BYTES; bytes.hasRemaining(); cell++) {
      int crc = BlockHeader.crc(bytes, Math.min(CELL_BYTES, bytes.remaining()));
      if (crc != BlockHeader.cellCrc(header, cell)) {
        return "cell " + cell + " does not match its checksum";
      }
    }
    return null;
  }

  /** Reads what an aligned read must take along, and shows what is wanted of it. */
  private static ByteBuffer read(DiskFile file, ByteBuffer buffer, long position, int length)
      throws IOException {
    long start = position & -DiskFile.DIRECT_UNIT_BYTES;
    int before = (int) (position - start);
    int aligned = (before + length + DiskFile.DIRECT_UNIT_BYTES - 1) & -DiskFile.DIRECT_UNIT_BYTES;
    int got = file.read(buffer.clear().limit(aligned), start);
    return buffer.slice(Math.min(before, got), Math.clamp(got - before, 0, length));
  }

  private static ByteBuffer aligned(int bytes) {
    return ByteBuffer.allocateDirect(bytes + DiskFile.DIRECT_UNIT_BYTES)
        .alignedSlice(DiskFile.DIRECT_UNIT_BYTES);
  }
}
