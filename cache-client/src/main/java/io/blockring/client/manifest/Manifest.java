package io.blockring.client.manifest;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * The CRC32Cs of a version's blocks, as far as they are known. Immutable; 4 bytes a block and,
 * while some are missing, a bit.
 */
public final class Manifest {
  /** Versions of more blocks have none: 64 GiB at 4 MiB a block, 64 KiB of manifest. */
  public static final int MOST_BLOCKS = 16 * 1024;

  private final int[] crc32c;
  private final BitSet known;
  private final long stamp;

  /**
   * @param crc32c one for each block, kept; 0 where it is not known
   * @param known which are; kept
   */
  public Manifest(int[] crc32c, BitSet known) {
    this.crc32c = crc32c;
    this.known = known;
    this.stamp = stampOf(crc32c, known);
  }

  /**
   * Reads what {@link #crc32cBytes} and {@link #knownBytes} gave.
   *
   * @throws IllegalArgumentException when it is not of so many blocks
   */
  public static Manifest parse(ByteBuffer crc32c, byte[] known, int blocks) {
    if (crc32c.remaining() != blocks * Integer.BYTES || known.length > (blocks + 7) / 8) {
      throw new IllegalArgumentException(
          "a manifest of %d and %d bytes for %d blocks"
              .formatted(crc32c.remaining(), known.length, blocks));
    }
    int[] crcs = new int[blocks];
    crc32c.asIntBuffer().get(crcs);
    BitSet bits = BitSet.valueOf(known);
    if (known.length == 0) {
      bits.set(0, blocks);
    }
    return new Manifest(crcs, bits);
  }

  /** Names this content, wherever it was made; never 0. */
  public long stamp() {
    return stamp;
  }

  public int blocks() {
    return crc32c.length;
  }

  public boolean knows(int block) {
    return known.get(block);
  }

  /** Without meaning for a block that is not known. */
  public int crc32c(int block) {
    return crc32c[block];
  }

  /** Four bytes a block, big-endian. */
  public byte[] crc32cBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(crc32c.length * Integer.BYTES);
    bytes.asIntBuffer().put(crc32c);
    return bytes.array();
  }

  /** A bit a block, the least of the first byte first; empty when all are known. */
  public byte[] knownBytes() {
    if (known.cardinality() == crc32c.length) {
      return new byte[0];
    }
    // Never empty: that would say that all are known.
    byte[] bits = known.toByteArray();
    return bits.length == 0 ? new byte[1] : bits;
  }

  private static long stampOf(int[] crc32c, BitSet known) {
    long hash = crc32c.length;
    for (int crc : crc32c) {
      hash = mix(hash ^ Integer.toUnsignedLong(crc));
    }
    for (long word : known.toLongArray()) {
      hash = mix(hash ^ word);
    }
    return hash == 0 ? 1 : hash;
  }

  private static long mix(long value) {
    long mixed = (value ^ value >>> 32) * 0x9E3779B97F4A7C15L;
    return mixed ^ mixed >>> 29;
  }
}
