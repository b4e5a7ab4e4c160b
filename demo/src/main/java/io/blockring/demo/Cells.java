package io.blockring.demo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Bulk bytes that describe themselves. A file's bytes are the SplitMix64 sequence that starts at
 * its key, four words to each cell of 32 bytes; the word at any offset is computed alone, and
 * because the mixing can be undone, a stray word tells which offset of which file it is.
 */
final class Cells {
  /** The unit that tests speak of; two files never agree on one. */
  static final int BYTES = 32;

  private static final long STEP = 0x9E3779B97F4A7C15L;
  private static final long MIX_1 = 0xBF58476D1CE4E5B9L;
  private static final long MIX_2 = 0x94D049BB133111EBL;
  private static final long STEP_INVERSE = inverse(STEP);
  private static final long MIX_1_INVERSE = inverse(MIX_1);
  private static final long MIX_2_INVERSE = inverse(MIX_2);

  private Cells() {}

  /** Where the sequence of one version of one file starts. */
  static long key(String path, long seed, int version) {
    CRC32C low = new CRC32C();
    low.update(path.getBytes(StandardCharsets.UTF_8));
    long name = (long) path.hashCode() << 32 | low.getValue();
    return mix(mix(mix(name) + seed) + version);
  }

  /** Fills the target with the bytes from {@code offset} on. */
  static void fill(long key, long offset, ByteBuffer target) {
    ByteBuffer out = target.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long at = offset;
    while (out.hasRemaining() && (at & 7) != 0) {
      out.put(byteAt(key, at++));
    }
    long state = key + (at >>> 3) * STEP;
    int words = out.remaining() >>> 3;
    for (int i = 0; i < words; i++) {
      out.putLong(mix(state));
      state += STEP;
    }
    at += (long) words << 3;
    while (out.hasRemaining()) {
      out.put(byteAt(key, at++));
    }
    target.position(target.limit());
  }

  /**
   * The offset at which a file with this key has this little-endian word; not a multiple of what
   * the file can hold when the word is not the file's.
   */
  static long offsetOf(long key, long word) {
    return (unmix(word) - key) * STEP_INVERSE << 3;
  }

  private static byte byteAt(long key, long offset) {
    return (byte) (mix(key + (offset >>> 3) * STEP) >>> ((offset & 7) << 3));
  }

  private static long mix(long value) {
    long mixed = (value ^ value >>> 30) * MIX_1;
    mixed = (mixed ^ mixed >>> 27) * MIX_2;
    return mixed ^ mixed >>> 31;
  }

  private static long unmix(long mixed) {
    long value = (mixed ^ mixed >>> 31 ^ mixed >>> 62) * MIX_2_INVERSE;
    value = (value ^ value >>> 27 ^ value >>> 54) * MIX_1_INVERSE;
    return value ^ value >>> 30 ^ value >>> 60;
  }

  /** Modulo 2^64, by Newton's method: each round doubles the bits that are right. */
  private static long inverse(long odd) {
    long inverse = odd;
    for (int round = 0; round < 5; round++) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }
}
