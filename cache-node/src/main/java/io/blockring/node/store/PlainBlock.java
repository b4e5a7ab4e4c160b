package io.blockring.node.store;

import static io.blockring.client.namespace.Blocks.CELL_BYTES;

import io.blockring.client.namespace.BlockKey;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A lease on a block whose bytes lie in its file as they are. */
final class PlainBlock extends StoredBlock {
  private static final int PIECE_BYTES = 256 * 1024;

  /** Large pages hold 2 MiB: for less than half of that too much would be read. */
  private static final int POPULATED_BYTES = 1 << 20;

  PlainBlock(Disk disk, BlockKey key, long fingerprint, Place place) {
    super(disk, key, fingerprint, place);
  }

  @Override
  public boolean isPlain() {
    return true;
  }

  @Override
  boolean isRangeInPageCache(int offset, int length) {
    return file().isInPageCache(position() + offset, length);
  }

  @Override
  void readRange(int offset, int length, ByteBuffer scratch) throws IOException {
    if (length < POPULATED_BYTES || !populate(position() + offset, length)) {
      readToCache(position() + offset, length, scratch);
    }
  }

  @Override
  boolean copyAtOnce(int offset, ByteBuffer target, boolean isProved) throws IOException {
    if (isProved && !isInPlace(offset, target)) {
      if (!isRangeInPageCache(offset, target.remaining())) {
        return false;
      }
      copyOverScratch(offset, header(), target);
      return true;
    }
    ByteBuffer cells = target.slice();
    ProvedHeader header = provedHeader();
    if (!header.isAsked()) {
      header.answered(file().isCounted(position(), length()));
    }
    if (!file().readAtOnce(target, position() + offset, header.isWhole())) {
      header.answered(false);
      return false;
    }
    if (isProved) {
      prove(cells, offset, header.bytes(), position() + offset);
    }
    return true;
  }

  @Override
  void copy(int offset, ByteBuffer header, ByteBuffer target) throws IOException {
    if (isInPlace(offset, target)) {
      copyInPlace(offset, header, target);
    } else {
      copyOverScratch(offset, header, target);
    }
  }

  /** Whether whole cells are wanted, and can be read and proved where they are wanted. */
  private boolean isInPlace(int offset, ByteBuffer target) {
    int end = offset + target.remaining();
    return target.isDirect()
        && offset % CELL_BYTES == 0
        && (end % CELL_BYTES == 0 || end == length());
  }

  /** Piece by piece, so that a cell is proved while it is in the processor's cache. */
  private void copyInPlace(int offset, ByteBuffer header, ByteBuffer target) throws IOException {
    int start = target.position();
    int end = target.limit();
    for (int from = start; from < end; from += PIECE_BYTES) {
      ByteBuffer piece = target.slice(from, Math.min(PIECE_BYTES, end - from));
      int at = offset + from - start;
      read(piece, position() + at);
      if (piece.limit() < piece.capacity()) {
        throw corrupt("bytes are cut off", position() + at + piece.limit());
      }
      prove(piece, at, header, position() + at);
    }
    target.position(end);
  }

  private void copyOverScratch(int offset, ByteBuffer header, ByteBuffer target)
      throws IOException {
    ByteBuffer cells = buffers().take();
    try {
      int at = offset;
      while (target.hasRemaining()) {
        at += copyCells(at, header, cells.clear(), target);
      }
    } finally {
      buffers().giveBack(cells);
    }
  }

  /**
   * Reads and proves the cells from the one at {@code at}; copies what the target wants of them.
   */
  private int copyCells(int at, ByteBuffer header, ByteBuffer cells, ByteBuffer target)
      throws IOException {
    int start = at / CELL_BYTES * CELL_BYTES;
    int wantedEnd = (at + target.remaining() + CELL_BYTES - 1) / CELL_BYTES * CELL_BYTES;
    int end = Math.min(length(), Math.min(wantedEnd, start + cells.capacity()));
    read(cells.limit(end - start), position() + start);
    prove(cells, start, header, position() + start);
    if (cells.position() < end - start) {
      throw corrupt("bytes are cut off", position() + start + cells.position());
    }
    int copied = Math.min(end - at, target.remaining());
    target.put(cells.slice(at - start, copied));
    return copied;
  }
}
