package io.blockring.client.manifest;

/**
 * Polynomials modulo the one of a reflected CRC: what it takes to tell the checksum of a whole from
 * those of its parts. The highest of the {@code width} bits stands for x to the power of 0.
 *
 * <p>For CRCs that begin and end with an inversion of all bits, as CRC32C and CRC64NVME do: {@code
 * crc(AB) = shift(crc(A), length of B) ^ crc(B)}.
 */
final class CrcAlgebra {
  private static final int POWERS = 64;

  private final long one;
  private final long polynomial;
  // x to the power of 2 to the power of the index.
  private final long[] powers = new long[POWERS];

  /**
   * @param width bits, 64 at most
   * @param polynomial reflected, without its highest term
   */
  CrcAlgebra(int width, long polynomial) {
    this.one = 1L << (width - 1);
    this.polynomial = polynomial;
    powers[0] = one >>> 1;
    for (int i = 1; i < POWERS; i++) {
      powers[i] = times(powers[i - 1], powers[i - 1]);
    }
  }

  /** The product of two. */
  long times(long a, long b) {
    long product = 0;
    long factor = b;
    for (long bit = one; bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= factor;
      }
      factor = (factor & 1) == 0 ? factor >>> 1 : (factor >>> 1) ^ polynomial;
    }
    return product;
  }

  /** What a checksum is multiplied by when this many bytes follow. */
  long behind(long bytes) {
    if (bytes < 0 || bytes >= 1L << (POWERS - 3)) {
      throw new IllegalArgumentException("bytes out of range: " + bytes);
    }
    long product = one;
    // Eight bits to a byte: from the third power on.
    for (int i = 3; i < POWERS; i++) {
      if ((bytes >>> (i - 3) & 1) != 0) {
        product = times(powers[i], product);
      }
    }
    return product;
  }

  /** A checksum's part in that of a whole in which this many bytes follow. */
  long shift(long crc, long bytes) {
    return times(behind(bytes), crc);
  }
}
