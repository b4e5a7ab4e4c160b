package io.blockring.ring;

import java.nio.ByteBuffer;

/**
 * Quantiles of the unit exponential distribution as integers: {@code −ln(1 − u)} in units of 2^-40.
 * All are below 2^44, since {@code ln(2^14) + 2} is less than 16.
 *
 * <p>The table is made with StrictMath, which is exact to the bit on every platform, and its
 * checksum is asserted, so that no two processes can ever place by different tables.
 */
final class ExponentialQuantiles {

  /** A quantile is an integer below 2^30, standing for that fraction of 2^30. */
  static final int QUANTILE_BITS = 30;

  /** The unit of time is 2^-40. */
  static final int FRACTION_BITS = 40;

  private static final int INDEX_BITS = 14;
  private static final int BETWEEN_BITS = QUANTILE_BITS - INDEX_BITS;
  private static final int STEPS = 1 << INDEX_BITS;
  private static final String SHA_256 =
      "a2157e931da45ff20aa2513ac817462a855782ebef6c9e18d37405215db88f82";

  private static final long[] TABLE = checked(table());

  private ExponentialQuantiles() {}

  /** The time at the quantile, interpolated between the table's 2^14 steps. */
  static long time(int quantile) {
    int step = quantile >>> BETWEEN_BITS;
    long from = TABLE[step];
    long between = quantile & ((1 << BETWEEN_BITS) - 1);
    return from + (((TABLE[step + 1] - from) * between) >>> BETWEEN_BITS);
  }

  private static long[] table() {
    long[] table = new long[STEPS + 1];
    for (int step = 0; step < STEPS; step++) {
      double time = -StrictMath.log1p(-step / (double) STEPS);
      table[step] = Math.round(time * (1L << FRACTION_BITS));
    }
    // The tail beyond the last step has no end. Two more units keep its mean: Exp(1) has mean 1.
    table[STEPS] = table[STEPS - 1] + (2L << FRACTION_BITS);
    return table;
  }

  private static long[] checked(long[] table) {
    ByteBuffer bytes = ByteBuffer.allocate(table.length * Long.BYTES);
    bytes.asLongBuffer().put(table);
    String found = Sha256.hex(bytes.array());
    if (!found.equals(SHA_256)) {
      throw new IllegalStateException(
          "this Java's StrictMath gives a table of exponential quantiles with SHA-256 "
              + found
              + ", every other gives "
              + SHA_256
              + ": it would place blocks where nobody looks for them");
    }
    return table;
  }
}
