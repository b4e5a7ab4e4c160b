package io.blockring.ring;

/**
 * A keyed bijection of the offsets within a block: which rank a racer gives to each slot of the
 * block. Three rounds of an odd multiplication, an addition and a fold of the high half on the low.
 *
 * <p>A bijection instead of independent hashes gives every racer each rank once per block, which
 * nearly halves the noise of the loads. The rounds run from offset to rank, because the scan of a
 * single slot goes that way for every racer; the other way pays for three inverses, once per racer
 * and block.
 */
final class Shuffle {

  private final int mask;
  private final int fold;
  private final int bits;

  Shuffle(int bits) {
    this.bits = bits;
    this.mask = (1 << bits) - 1;
    // At least half of the bits, so that the fold is its own inverse.
    this.fold = (bits + 1) / 2;
  }

  /** SplitMix64's finalizer: a bijection of 64 bits in which every bit depends on every bit. */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The rank of the slot at this offset under the two halves of a key. */
  int rank(long key1, long key2, int offset) {
    int x = round(offset, (int) key1, (int) (key1 >>> 14));
    x = round(x, (int) (key1 >>> 28), (int) (key1 >>> 42));
    return round(x, (int) key2, (int) (key2 >>> 14));
  }

  private int round(int x, int multiplier, int addend) {
    int y = (x * (multiplier | 1) + addend) & mask;
    return y ^ (y >>> fold);
  }

  /** The way back from rank to offset under one key. */
  Inverse inverse(long key1, long key2) {
    return new Inverse(key1, key2);
  }

  int bits() {
    return bits;
  }

  final class Inverse {

    private final int multiplier1;
    private final int multiplier2;
    private final int multiplier3;
    private final int addend1;
    private final int addend2;
    private final int addend3;

    private Inverse(long key1, long key2) {
      multiplier1 = inverseOf((int) key1 | 1);
      addend1 = (int) (key1 >>> 14);
      multiplier2 = inverseOf((int) (key1 >>> 28) | 1);
      addend2 = (int) (key1 >>> 42);
      multiplier3 = inverseOf((int) key2 | 1);
      addend3 = (int) (key2 >>> 14);
    }

    int offset(int rank) {
      int x = ((rank ^ (rank >>> fold)) - addend3) * multiplier3 & mask;
      x = ((x ^ (x >>> fold)) - addend2) * multiplier2 & mask;
      return ((x ^ (x >>> fold)) - addend1) * multiplier1 & mask;
    }

    /** Inverse modulo 2^20 by Newton: the start is right in 5 bits, each step doubles them. */
    private static int inverseOf(int odd) {
      int inverse = (3 * odd) ^ 2;
      inverse *= 2 - odd * inverse;
      inverse *= 2 - odd * inverse;
      return inverse;
    }
  }
}
