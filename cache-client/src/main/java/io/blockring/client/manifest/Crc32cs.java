package io.blockring.client.manifest;

import io.blockring.client.namespace.Blocks;

/** CRC32Cs of wholes, out of those of their parts. Pure functions. */
public final class Crc32cs {
  private static final CrcAlgebra ALGEBRA = new CrcAlgebra(32, 0x82F63B78L);

  // A checksum shifted by a cell, byte by byte: four look-ups instead of 32 steps.
  private static final int[] SHIFTED = shifted(Blocks.CELL_BYTES);

  private Crc32cs() {}

  /** Of two parts, the second of which has this many bytes. */
  public static int combine(int first, int second, long secondBytes) {
    return (int) ALGEBRA.shift(Integer.toUnsignedLong(first), secondBytes) ^ second;
  }

  /**
   * Of bytes cut into cells, all but the last {@link Blocks#CELL_BYTES} long.
   *
   * @param cells the checksums, {@link Blocks#cells} of them
   * @param bytes in all, at least 1
   */
  public static int ofCells(int[] cells, int bytes) {
    int last = Blocks.cells(bytes) - 1;
    int crc = 0;
    for (int cell = 0; cell < last; cell++) {
      crc = behindCell(crc) ^ cells[cell];
    }
    return combine(crc, cells[last], bytes - (long) last * Blocks.CELL_BYTES);
  }

  private static int behindCell(int crc) {
    return SHIFTED[crc & 0xFF]
        ^ SHIFTED[256 | crc >>> 8 & 0xFF]
        ^ SHIFTED[512 | crc >>> 16 & 0xFF]
        ^ SHIFTED[768 | crc >>> 24];
  }

  private static int[] shifted(int bytes) {
    int[] table = new int[4 * 256];
    long behind = ALGEBRA.behind(bytes);
    for (int position = 0; position < 4; position++) {
      for (int value = 0; value < 256; value++) {
        table[position * 256 + value] =
            (int) ALGEBRA.times(behind, Integer.toUnsignedLong(value << 8 * position));
      }
    }
    return table;
  }
}
