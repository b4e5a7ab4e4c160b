package io.blockring.node.http.s3;

import io.blockring.client.namespace.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Content that says what it is: every 32-byte cell is a hash of (mount, key, version, offset), so
 * one returned cell proves which bytes it is.
 */
final class Cells {
  static final int CELL = 32;

  private final Digest seed;

  Cells(String mount, String key, String version) {
    this.seed = Digest.of("cells", mount, key, version);
  }

  /** Fills what remains of the buffer with the content from this offset on. */
  void fill(ByteBuffer target, long offset) {
    ByteBuffer cell = ByteBuffer.allocate(CELL).order(ByteOrder.BIG_ENDIAN);
    long at = offset;
    while (target.hasRemaining()) {
      cell.clear();
      for (int word = 0; word < CELL / 8; word++) {
        cell.putLong(mix(seed.high() ^ mix(seed.low() + at / CELL * 4 + word)));
      }
      cell.flip().position((int) (at % CELL));
      cell.limit(Math.min(CELL, cell.position() + target.remaining()));
      at += cell.remaining();
      target.put(cell);
    }
  }

  byte[] bytes(long offset, int length) {
    byte[] bytes = new byte[length];
    fill(ByteBuffer.wrap(bytes), offset);
    return bytes;
  }

  private static long mix(long value) {
    long z = value * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
