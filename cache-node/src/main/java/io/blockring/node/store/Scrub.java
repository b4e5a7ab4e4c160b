package io.blockring.node.store;

import static io.blockring.client.namespace.Blocks.CELL_BYTES;

import io.blockring.client.namespace.BlockKey;
import io.blockring.node.store.disk.DiskFile;
import io.blockring.node.store.disk.KernelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  /** A multiple of a cell. */
  private static final int CHUNK_BYTES = 128 * 1024;

  /** A nearly empty disk is not read more often than this allows. */
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

  private final Disk disk;
  private final ReentrantLock lock;
  private final BlockTable table;
  private final ByteBuffer headers = aligned(ScratchBuffers.BYTES + DiskFile.DIRECT_UNIT_BYTES);
  private final ByteBuffer chunks = aligned(CHUNK_BYTES + DiskFile.DIRECT_UNIT_BYTES);

  /** Written in {@link #step} only. */
  private volatile long scrubbedBytes;

  private final PacedThread thread;
  private int nextSlot;

  /** The segment that is being read; it stays open until the next one's turn. */
  private @Nullable DiskFile segment;

  /** Until a file system that opens files for direct reads turns out to refuse them. */
  private volatile boolean isPossible = true;

  /**
   * @param lock of the disk
   * @param period in which each slot's turn comes once
   * @param name of the thread
   */
  Scrub(Disk disk, ReentrantLock lock, BlockTable table, int slots, Duration period, String name) {
    this.disk = disk;
    this.lock = lock;
    this.table = table;
    Duration perSlot = period.dividedBy(slots);
    Duration pause = perSlot.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : perSlot;
    this.thread = new PacedThread(name, pause, this::takeTurn);
  }

  void start() {
    thread.start();
  }

  /** Begins no further slot. */
  void stop() {
    thread.stop();
  }

  /** After {@link #stop}: whether it has let go of the disk, waiting for it so long. */
  boolean hasEnded(Duration patience) {
    if (!thread.hasEnded(patience)) {
      return false;
    }
    closeSegment();
    return true;
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
    try {
      DiskFile file = segment(disk.files().of(slot.slot()).path());
      blocks.forEach(block -> prove(block, file));
    } catch (IOException e) {
      // Of the process or the file system, like too many open files: it says nothing of the blocks.
      LOG.warn("{}: slot {} cannot be opened to be proved: {}", disk, slot.slot(), e.getMessage());
    } finally {
      disk.release(slot);
    }
  }

  private void takeTurn() {
    if (!isPossible) {
      LOG.warn("{}: its file system refuses direct reads, so blocks are not scrubbed", disk);
      thread.stop();
    } else if (disk.threads().queued() == 0 && disk.health().isReadable()) {
      step();
    }
  }

  private DiskFile segment(Path path) throws IOException {
    DiskFile open = segment;
    if (open == null || !open.path().equals(path)) {
      closeSegment();
      open = DiskFile.openDirect(path);
      segment = open;
    }
    return open;
  }

  private synchronized void closeSegment() {
    DiskFile open = segment;
    segment = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.warn("{}: closing it failed: {}", open.path(), e.getMessage());
      }
    }
  }

  private void prove(IndexRecord block, DiskFile file) {
    Place place = block.place();
    try {
      String flaw = flaw(block, file);
      if (flaw == null) {
        disk.health().reads().succeeded();
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
    disk.health().reads().failed(cause);
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
    String flaw = BlockHeader.flaw(header, key, place, disk.settings().slotBytes());
    if (flaw == null && place.encoding() == Encoding.LZ4) {
      return packedFlaw(place, header, file);
    }
    for (int at = 0; flaw == null && at < length; at += CHUNK_BYTES) {
      int wanted = Math.min(CHUNK_BYTES, length - at);
      ByteBuffer bytes = read(file, chunks, disk.files().dataPosition(place) + at, wanted);
      flaw = bytes.remaining() < wanted ? "bytes are cut off" : flawOf(bytes, header, at);
    }
    return flaw;
  }

  private @Nullable String packedFlaw(Place place, ByteBuffer header, DiskFile file)
      throws IOException {
    long position = disk.files().dataPosition(place);
    ByteBuffer table = read(file, chunks, position, Pieces.tableBytes(place.length()));
    Pieces pieces = Pieces.read(table, place.length(), BlockHeader.storedBytes(header));
    if (pieces == null) {
      return PackedBlock.BAD_TABLE;
    }
    ByteBuffer room = disk.buffers().take();
    try {
      String flaw = null;
      for (int piece = 0; flaw == null && piece < Pieces.count(place.length()); piece++) {
        int wanted = pieces.end(piece) - pieces.start(piece);
        ByteBuffer stored = read(file, chunks, position + pieces.start(piece), wanted);
        flaw =
            stored.remaining() < wanted
                ? "bytes are cut off"
                : pieceFlaw(pieces, piece, stored, room, header);
      }
      return flaw;
    } finally {
      disk.buffers().giveBack(room);
    }
  }

  private static @Nullable String pieceFlaw(
      Pieces pieces, int piece, ByteBuffer stored, ByteBuffer room, ByteBuffer header) {
    try {
      return flawOf(pieces.unpack(piece, stored, room), header, piece * Pieces.BYTES);
    } catch (IOException e) {
      return e.getMessage();
    }
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
