package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A lease on a compressed block. Its bytes are decoded, and proved, whenever they are read. */
final class PackedBlock extends StoredBlock {
  static final String BAD_TABLE = "table of the compressed pieces is wrong";

  /** Known once the block was read from: before that nobody can say where a range is stored. */
  private volatile @Nullable Pieces pieces;

  PackedBlock(Disk disk, BlockKey key, long fingerprint, Place place) {
    super(disk, key, fingerprint, place);
  }

  @Override
  public boolean isPlain() {
    return false;
  }

  @Override
  boolean isRangeInPageCache(int offset, int length) {
    if (!file().isInPageCache(position(), Pieces.tableBytes(length()))) {
      return false;
    }
    Pieces known;
    try {
      known = pieces(header());
    } catch (IOException e) {
      return false; // Reading meets it again, and says so.
    }
    int start = known.start(offset / Pieces.BYTES);
    int end = known.end((offset + length - 1) / Pieces.BYTES);
    return file().isInPageCache(position() + start, end - start);
  }

  @Override
  void readRange(int offset, int length, ByteBuffer scratch) throws IOException {
    Pieces read = pieces(header());
    if (length > 0) {
      int start = read.start(offset / Pieces.BYTES);
      int end = read.end((offset + length - 1) / Pieces.BYTES);
      readToCache(position() + start, end - start, scratch);
    }
  }

  @Override
  boolean copyAtOnce(int offset, ByteBuffer target, boolean isProved) throws IOException {
    if (!isRangeInPageCache(offset, target.remaining())) {
      return false;
    }
    copy(offset, header(), target);
    return true;
  }

  @Override
  void copy(int offset, ByteBuffer header, ByteBuffer target) throws IOException {
    Pieces known = pieces(header);
    ByteBuffer stored = buffers().take();
    ByteBuffer room = buffers().take();
    try {
      int at = offset;
      while (target.hasRemaining()) {
        int piece = at / Pieces.BYTES;
        ByteBuffer plain = decode(known, piece, header, stored.clear(), room);
        int from = at - piece * Pieces.BYTES;
        int copied = Math.min(plain.limit() - from, target.remaining());
        target.put(plain.slice(from, copied));
        at += copied;
      }
    } finally {
      buffers().giveBack(stored);
      buffers().giveBack(room);
    }
  }

  /** A piece's bytes, from 0 to the limit of what is returned. */
  private ByteBuffer decode(
      Pieces known, int piece, ByteBuffer header, ByteBuffer stored, ByteBuffer room)
      throws IOException {
    long position = position() + known.start(piece);
    int bytes = known.end(piece) - known.start(piece);
    read(stored.limit(bytes), position);
    if (stored.limit() < bytes) {
      throw corrupt("bytes are cut off", position + stored.limit());
    }
    ByteBuffer plain;
    try {
      plain = known.unpack(piece, stored, room);
    } catch (IOException e) {
      throw corrupt("piece " + piece + ": " + e.getMessage(), position);
    }
    prove(plain, piece * Pieces.BYTES, header, position);
    return plain;
  }

  private Pieces pieces(ByteBuffer header) throws IOException {
    Pieces known = pieces;
    if (known == null) {
      int storedBytes = BlockHeader.storedBytes(header);
      ByteBuffer table = buffers().take();
      try {
        read(table.limit(Pieces.tableBytes(length())), position());
        known = Pieces.read(table, length(), storedBytes);
      } finally {
        buffers().giveBack(table);
      }
      if (known == null) {
        throw corrupt(BAD_TABLE, position());
      }
      pieces = known;
    }
    return known;
  }
}
