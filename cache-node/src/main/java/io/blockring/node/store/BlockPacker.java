package io.blockring.node.store;

import io.blockring.client.compression.Lz4;
import io.blockring.node.store.MountKeeping.Compression;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Compresses blocks that are worth it, on a disk's write threads, each with a buffer of half a slot
 * of its own from its first such block on.
 */
final class BlockPacker {
  /** What must be saved of a block: an eighth. Less does not pay for decoding it at each read. */
  private static final int LEAST_SAVED = 8;

  private final int slotBytes;
  private final ThreadLocal<ByteBuffer> room;

  BlockPacker(int slotBytes) {
    this.slotBytes = slotBytes;
    this.room = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(slotBytes / 2));
  }

  /**
   * Compresses a block if that saves space: by an eighth, and so that two fit where one lay.
   *
   * @return what is to be stored, valid until this thread packs another; null: store it as it is
   */
  @Nullable ByteBuffer pack(ByteBuffer block, Compression compression) {
    int length = block.remaining();
    if (compression == Compression.NONE || (compression == Compression.AUTO && !Lz4.pays(block))) {
      return null;
    }
    int most = Math.min(length - length / LEAST_SAVED, slotBytes / 2 - BlockHeader.bytes(length));
    ByteBuffer target = room.get().clear().limit(Math.max(0, most));
    return Pieces.pack(block, target) ? target : null;
  }
}
