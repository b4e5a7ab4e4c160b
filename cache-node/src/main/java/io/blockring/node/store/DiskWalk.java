package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link BlockWalk} of one disk. */
final class DiskWalk {
  private static final Logger LOG = LoggerFactory.getLogger(DiskWalk.class);

  private final Disk disk;
  private final byte[] heat;

  /** Slots with blocks, hottest first. */
  private final int[] order;

  private final Deque<KeptBlock> ready = new ArrayDeque<>();
  private int next;
  private boolean hasFailed;

  DiskWalk(Disk disk) {
    this.disk = disk;
    this.heat = disk.heat();
    this.order = order(heat);
  }

  /** Of the next block; 0 when there is none. */
  int heat() {
    if (!ready.isEmpty()) {
      return heat[order[next - 1]];
    }
    return next < order.length ? heat[order[next]] : 0;
  }

  /** Null when what was in the slot is gone, or nothing is left. */
  @Nullable KeptBlock next() {
    if (ready.isEmpty() && next < order.length) {
      read(order[next++]);
    }
    return ready.poll();
  }

  boolean hasReadAll() {
    return !hasFailed;
  }

  private void read(int slot) {
    hasFailed |= !disk.isReadable();
    List<IndexRecord> blocks = disk.holdBlocks(slot);
    if (blocks.isEmpty()) {
      return;
    }
    ByteBuffer header = disk.buffers().take();
    try {
      for (IndexRecord block : blocks) {
        read(block, header.clear().limit(BlockHeader.FIXED_BYTES));
      }
    } catch (IOException e) {
      hasFailed = true;
      // Whoever reads the block itself finds out, and the disk is judged by that.
      LOG.debug("{}: headers of slot {} cannot be read: {}", disk, slot, e.getMessage());
    } finally {
      disk.buffers().giveBack(header);
      disk.release(blocks.getFirst().place());
    }
  }

  private void read(IndexRecord block, ByteBuffer header) throws IOException {
    Place place = block.place();
    disk.files().of(place.slot()).read(header, disk.files().headerPosition(place));
    BlockKey key = BlockHeader.key(header.flip());
    if (key != null && Fingerprint.of(key) == block.fingerprint()) {
      boolean isPinned = Tenants.isPinned(block.tenant());
      ready.add(new KeptBlock(key, place.length(), BlockHeader.home(header), isPinned));
    }
  }

  /** A counting sort. */
  private static int[] order(byte[] heat) {
    int[] starts = new int[Byte.MAX_VALUE + 2];
    for (byte one : heat) {
      starts[Byte.MAX_VALUE - one + 1]++;
    }
    int filled = heat.length - starts[Byte.MAX_VALUE + 1];
    for (int i = 1; i < starts.length; i++) {
      starts[i] += starts[i - 1];
    }
    int[] order = new int[filled];
    for (int slot = 0; slot < heat.length; slot++) {
      if (heat[slot] > 0) {
        order[starts[Byte.MAX_VALUE - heat[slot]]++] = slot;
      }
    }
    return order;
  }
}
