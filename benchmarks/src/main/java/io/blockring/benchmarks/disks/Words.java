package io.blockring.benchmarks.disks;

import java.nio.ByteBuffer;

/** Bytes that say whose they are: each word mixes its object's number with its place in it. */
final class Words {
  private Words() {}

  static void fill(ByteBuffer target, long object, long firstByte) {
    for (long word = firstByte / Long.BYTES; target.remaining() >= Long.BYTES; word++) {
      target.putLong(word(object, word));
    }
  }

  /** Whether these are the object's bytes from {@code firstByte}, a multiple of 8, on. */
  static boolean areRight(ByteBuffer bytes, long object, long firstByte) {
    for (long word = firstByte / Long.BYTES; bytes.remaining() >= Long.BYTES; word++) {
      if (bytes.getLong() != word(object, word)) {
        return false;
      }
    }
    return true;
  }

  private static long word(long object, long word) {
    long z = (object << 40) + word + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
