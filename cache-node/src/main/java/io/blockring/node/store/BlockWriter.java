package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import io.blockring.node.store.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Puts blocks into slots, on a disk's write threads. Safe for many threads. */
final class BlockWriter {

  /** A region that is being filled: its slot is detached once, before the first block. */
  static final class Region {
    private final int slot;
    private boolean isDetached;

    Region(int slot) {
      this.slot = slot;
    }

    int slot() {
      return slot;
    }
  }

  private final SlotFiles files;
  private final IndexLog log;
  private final ScratchBuffers buffers;

  BlockWriter(SlotFiles files, IndexLog log, ScratchBuffers buffers) {
    this.files = files;
    this.log = log;
    this.buffers = buffers;
  }

  void writeLarge(BlockKey key, BlockHome home, Place place, ByteBuffer block) throws IOException {
    detach(place.slot());
    write(key, home, place, block, block);
  }

  /**
   * Appends a block to its region.
   *
   * @param stored what is written of it: the block itself, or its compressed form
   */
  void writeSmall(
      BlockKey key, BlockHome home, Place place, Region region, ByteBuffer block, ByteBuffer stored)
      throws IOException {
    synchronized (region) {
      if (!region.isDetached) {
        detach(region.slot);
        region.isDetached = true;
      }
    }
    write(key, home, place, block, stored);
  }

  /** That the slot was freed is with the kernel before the slot changes: see the crash argument. */
  private void detach(int slot) throws IOException {
    log.write();
    files.detach(slot);
  }

  private void write(BlockKey key, BlockHome home, Place place, ByteBuffer block, ByteBuffer stored)
      throws IOException {
    DiskFile file = files.openForWriting(place.slot());
    ByteBuffer header = buffers.take();
    try {
      BlockHeader.encode(key, home, block, place.encoding(), stored.remaining(), header);
      file.write(stored.duplicate(), files.dataPosition(place));
      file.write(header, files.headerPosition(place));
    } finally {
      buffers.giveBack(header);
    }
  }
}
