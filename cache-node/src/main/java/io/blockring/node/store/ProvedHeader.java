package io.blockring.node.store;

import io.blockring.client.manifest.Crc32cs;
import io.blockring.client.namespace.Blocks;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A header that was proved, and whether the whole block was in the page cache a moment ago: small
 * ranges of a block follow each other, and each would ask the kernel again. Safe for many threads;
 * races only make one ask again.
 */
final class ProvedHeader {
  /** How long an answer of the kernel's is believed. */
  private static final long MOMENT_NANOS = 100_000_000;

  private final ByteBuffer bytes;
  private volatile long askedNanos = System.nanoTime() - MOMENT_NANOS;
  private volatile boolean isWhole;

  /** Of the whole block; below 0 until somebody asks. Threads may compute it twice. */
  private volatile long crc32c = -1;

  ProvedHeader(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** For absolute reads only: many may read it. */
  ByteBuffer bytes() {
    return bytes;
  }

  /**
   * The CRC32C of the whole block.
   *
   * @param length of the block
   */
  int crc32c(int length) {
    long known = crc32c;
    if (known < 0) {
      int[] cells = new int[Blocks.cells(length)];
      Arrays.setAll(cells, cell -> BlockHeader.cellCrc(bytes, cell));
      known = Integer.toUnsignedLong(Crc32cs.ofCells(cells, length));
      crc32c = known;
    }
    return (int) known;
  }

  /** Whether the kernel was asked a moment ago; if not, say what it answers now. */
  boolean isAsked() {
    return System.nanoTime() - askedNanos < MOMENT_NANOS;
  }

  void answered(boolean isWholeBlockInCache) {
    isWhole = isWholeBlockInCache;
    askedNanos = System.nanoTime();
  }

  /** Whether the whole block was in the page cache when the kernel was asked last. */
  boolean isWhole() {
    return isWhole;
  }
}
