package io.blockring.client.manifest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * CRC-64/NVME, which S3 keeps of whole objects. Java has no instruction for it: this looks up eight
 * bytes at a time, in four stretches of the bytes side by side so that the look-ups of one need not
 * wait for those of another. Pure functions.
 */
public final class Crc64Nvme {
  private static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L;
  private static final CrcAlgebra ALGEBRA = new CrcAlgebra(64, POLYNOMIAL);
  private static final int STRETCHES = 4;

  /** Fewer bytes are not worth combining four checksums. */
  private static final int LEAST_SIDE_BY_SIDE = 16 * 1024;

  // Eight tables of 256: the checksum of a byte with 0 to 7 bytes behind it.
  private static final long[] TABLE = table();

  private Crc64Nvme() {}

  /** Of a buffer's remaining bytes, which are not consumed. */
  public static long of(ByteBuffer bytes) {
    ByteBuffer view = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    int length = view.remaining();
    if (length < LEAST_SIDE_BY_SIDE) {
      return ~serial(view, 0, length, -1L);
    }
    int stretch = length / STRETCHES / Long.BYTES * Long.BYTES;
    long crc = sideBySide(view, stretch);
    int done = STRETCHES * stretch;
    return done == length ? crc : ~serial(view, done, length, ~crc);
  }

  /** Of two parts, the second of which has this many bytes. */
  public static long combine(long first, long second, long secondBytes) {
    return ALGEBRA.shift(first, secondBytes) ^ second;
  }

  /** A part's share in the checksum of a whole in which this many bytes follow: they are XORed. */
  public static long share(long part, long bytesBehind) {
    return ALGEBRA.shift(part, bytesBehind);
  }

  private static long sideBySide(ByteBuffer bytes, int stretch) {
    long a = -1L;
    long b = -1L;
    long c = -1L;
    long d = -1L;
    for (int at = 0; at < stretch; at += Long.BYTES) {
      a = eight(a ^ bytes.getLong(at));
      b = eight(b ^ bytes.getLong(at + stretch));
      c = eight(c ^ bytes.getLong(at + 2 * stretch));
      d = eight(d ^ bytes.getLong(at + 3 * stretch));
    }
    long behind = ALGEBRA.behind(stretch);
    long crc = ALGEBRA.times(behind, ~a) ^ ~b;
    crc = ALGEBRA.times(behind, crc) ^ ~c;
    return ALGEBRA.times(behind, crc) ^ ~d;
  }

  private static long serial(ByteBuffer bytes, int from, int to, long start) {
    long crc = start;
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      crc = eight(crc ^ bytes.getLong(at));
    }
    for (; at < to; at++) {
      crc = TABLE[(int) (crc ^ bytes.get(at)) & 0xFF] ^ crc >>> 8;
    }
    return crc;
  }

  private static long eight(long word) {
    return TABLE[7 * 256 + (int) (word & 0xFF)]
        ^ TABLE[6 * 256 + (int) (word >>> 8 & 0xFF)]
        ^ TABLE[5 * 256 + (int) (word >>> 16 & 0xFF)]
        ^ TABLE[4 * 256 + (int) (word >>> 24 & 0xFF)]
        ^ TABLE[3 * 256 + (int) (word >>> 32 & 0xFF)]
        ^ TABLE[2 * 256 + (int) (word >>> 40 & 0xFF)]
        ^ TABLE[256 + (int) (word >>> 48 & 0xFF)]
        ^ TABLE[(int) (word >>> 56)];
  }

  private static long[] table() {
    long[] table = new long[8 * 256];
    for (int value = 0; value < 256; value++) {
      long crc = value;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
      }
      table[value] = crc;
    }
    for (int i = 256; i < table.length; i++) {
      long before = table[i - 256];
      table[i] = table[(int) before & 0xFF] ^ before >>> 8;
    }
    return table;
  }
}
