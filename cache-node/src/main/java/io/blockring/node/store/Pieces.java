package io.blockring.node.store;

import io.blockring.client.compression.Lz4;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A compressed block: a table of where each piece ends, then the pieces, 64 KiB of the block each,
 * so that a small range decodes a piece and not the block. A piece that does not shrink is stored
 * as it is. Nothing here is trusted: what comes out is proved by the block's cell checksums.
 */
final class Pieces {
  /** Of the block, a multiple of a cell; the last piece may be shorter. */
  static final int BYTES = 64 * 1024;

  private final int length;
  private final int[] ends;

  private Pieces(int length, int[] ends) {
    this.length = length;
    this.ends = ends;
  }

  static int count(int length) {
    return (length + BYTES - 1) / BYTES;
  }

  static int tableBytes(int length) {
    return Integer.BYTES * count(length);
  }

  /**
   * Compresses all of a block into the target, from its start to its limit at most, and flips it.
   *
   * @return false when it does not fit there
   */
  static boolean pack(ByteBuffer block, ByteBuffer target) {
    ByteBuffer source = block.duplicate();
    int length = source.remaining();
    if (target.limit() < tableBytes(length)) {
      return false;
    }
    target.position(tableBytes(length));
    for (int piece = 0; piece < count(length); piece++) {
      ByteBuffer plain = source.slice(source.position(), Math.min(BYTES, source.remaining()));
      if (!packOne(plain, target)) {
        return false;
      }
      source.position(source.position() + plain.capacity());
      target.putInt(Integer.BYTES * piece, target.position());
    }
    target.flip();
    return true;
  }

  private static boolean packOne(ByteBuffer plain, ByteBuffer target) {
    int room = Math.min(target.remaining(), plain.capacity() - 1);
    ByteBuffer shrunk = target.slice(target.position(), room);
    if (Lz4.compress(plain, shrunk) >= 0) {
      target.position(target.position() + shrunk.position());
      return true;
    }
    if (target.remaining() < plain.capacity()) {
      return false;
    }
    target.put(plain.rewind());
    return true;
  }

  /**
   * Reads the table of a block of this length.
   *
   * @return null when no such block of so many stored bytes can have it
   */
  static @Nullable Pieces read(ByteBuffer table, int length, int storedBytes) {
    int[] ends = new int[count(length)];
    if (table.remaining() < tableBytes(length)) {
      return null;
    }
    int start = tableBytes(length);
    for (int piece = 0; piece < ends.length; piece++) {
      ends[piece] = table.getInt();
      // Both below 2^25, so that nothing overflows.
      if (ends[piece] <= start
          || ends[piece] > storedBytes
          || ends[piece] - start > plainBytes(piece, length)) {
        return null;
      }
      start = ends[piece];
    }
    return start == storedBytes ? new Pieces(length, ends) : null;
  }

  /** Where a piece's stored bytes start, counted from the table's first byte. */
  int start(int piece) {
    return piece == 0 ? tableBytes(length) : ends[piece - 1];
  }

  int end(int piece) {
    return ends[piece];
  }

  /**
   * Decodes a piece: at most {@link #BYTES}, whatever it claims.
   *
   * @param stored all of its stored bytes
   * @param room for {@link #BYTES}; what is returned may lie there
   * @throws IOException when the bytes are not those of a piece
   */
  ByteBuffer unpack(int piece, ByteBuffer stored, ByteBuffer room) throws IOException {
    int plain = plainBytes(piece, length);
    if (stored.remaining() == plain) {
      return stored;
    }
    Lz4.decompress(stored, room.clear().limit(plain));
    return room.flip();
  }

  private static int plainBytes(int piece, int length) {
    return Math.min(BYTES, length - piece * BYTES);
  }
}
