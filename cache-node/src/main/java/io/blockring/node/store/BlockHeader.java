package io.blockring.node.store;

import static io.blockring.client.namespace.Blocks.CELL_BYTES;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.Blocks;
import io.blockring.client.namespace.Digest;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What proves a block: its key, its length and a CRC32C for each cell, themselves under a CRC32C.
 * The layout is in docs/design/on-disk-format.md.
 */
final class BlockHeader {
  /** Bytes before the cell checksums. */
  static final int FIXED_BYTES = 64;

  static final byte VERSION = 1;

  private static final int MAGIC = 0x4252424B;
  private static final int HOME_AT = 40;
  private static final int TABLE_CRC_AT = 56;
  private static final int CRC_AT = 60;

  private BlockHeader() {}

  /** Bytes of the header of a block of this length, cell checksums included. */
  static int bytes(int length) {
    return FIXED_BYTES + Integer.BYTES * Blocks.cells(length);
  }

  /**
   * Writes the header of a block at the target's start; flips it.
   *
   * @param block all of it, as readers see it
   * @param home zeros where it is not known
   * @param storedBytes as many as the block when the encoding is plain
   */
  static void encode(
      BlockKey key,
      BlockHome home,
      ByteBuffer block,
      Encoding encoding,
      int storedBytes,
      ByteBuffer target) {
    ByteBuffer bytes = block.duplicate();
    int length = bytes.remaining();
    target.clear().position(FIXED_BYTES);
    while (bytes.hasRemaining()) {
      target.putInt(crc(bytes, Math.min(CELL_BYTES, bytes.remaining())));
    }
    target.flip();
    target
        .putInt(MAGIC)
        .put(VERSION)
        .put(encoding.number())
        .putShort((short) 0)
        .putLong(key.version().high())
        .putLong(key.version().low())
        .putInt(key.index())
        .putInt(length)
        .putInt(storedBytes)
        .putInt(CELL_BYTES)
        .putLong(home.placementHash())
        .putLong(home.mount())
        .putInt(crc(target.duplicate().position(FIXED_BYTES), 4 * Blocks.cells(length)));
    target.putInt(crc(target.duplicate().rewind(), CRC_AT)).rewind();
  }

  /**
   * Whether this is the header of this block.
   *
   * @param header from its start
   * @param place where the index has the block
   * @param slotBytes bounds what a header may claim to be stored
   * @return null if it is, else what is wrong, with found and expected values
   */
  static @Nullable String flaw(ByteBuffer header, BlockKey key, Place place, int slotBytes) {
    int length = place.length();
    int wanted = bytes(length);
    if (header.limit() < wanted) {
      return "header is cut off after " + header.limit() + " of " + wanted + " bytes";
    }
    if (header.getInt(0) != MAGIC || header.get(4) != VERSION) {
      return "no header of format " + VERSION + ", it starts with " + hex(header.getInt(0));
    }
    if (crc(header.duplicate().rewind(), CRC_AT) != header.getInt(CRC_AT)) {
      return "header checksum differs";
    }
    BlockKey found = keyOf(header);
    if (!found.equals(key)) {
      return "header is of block " + found;
    }
    if (header.get(5) != place.encoding().number()) {
      return "encoding is " + header.get(5) + ", index says " + place.encoding().number();
    }
    if (header.getInt(28) != length || header.getInt(36) != CELL_BYTES) {
      return "header says " + header.getInt(28) + " bytes, index says " + length;
    }
    int most = place.encoding() == Encoding.PLAIN ? length : slotBytes - place.offset() - wanted;
    int least = place.encoding() == Encoding.PLAIN ? length : 1;
    if (storedBytes(header) < least || storedBytes(header) > most) {
      return "header says " + storedBytes(header) + " bytes are stored, " + most + " at most";
    }
    ByteBuffer table = header.duplicate().position(FIXED_BYTES);
    return crc(table, wanted - FIXED_BYTES) == header.getInt(TABLE_CRC_AT)
        ? null
        : "checksum of the cell checksums differs";
  }

  /** The key that a header's fixed bytes name, once their checksum is right; else null. */
  static @Nullable BlockKey key(ByteBuffer header) {
    boolean isRight =
        header.limit() >= FIXED_BYTES
            && header.getInt(0) == MAGIC
            && crc(header.duplicate().rewind(), CRC_AT) == header.getInt(CRC_AT);
    return isRight ? keyOf(header) : null;
  }

  private static BlockKey keyOf(ByteBuffer header) {
    return new BlockKey(new Digest(header.getLong(8), header.getLong(16)), header.getInt(24));
  }

  /** Where the block belongs, out of a header whose checksum is right. */
  static BlockHome home(ByteBuffer header) {
    return new BlockHome(header.getLong(HOME_AT), header.getLong(HOME_AT + Long.BYTES));
  }

  /** How many bytes of a block are stored, out of a header whose checksum is right. */
  static int storedBytes(ByteBuffer header) {
    return header.getInt(32);
  }

  /** The CRC32C of a cell, out of a header without flaw. */
  static int cellCrc(ByteBuffer header, int cell) {
    return header.getInt(FIXED_BYTES + Integer.BYTES * cell);
  }

  /** CRC32C of the next bytes, which are consumed. */
  static int crc(ByteBuffer bytes, int length) {
    CRC32C crc = new CRC32C();
    int limit = bytes.limit();
    crc.update(bytes.limit(bytes.position() + length));
    bytes.limit(limit);
    return (int) crc.getValue();
  }

  private static String hex(int value) {
    return "0x" + Integer.toHexString(value);
  }
}
