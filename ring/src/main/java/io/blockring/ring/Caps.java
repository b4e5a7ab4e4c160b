package io.blockring.ring;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How many slots each racer may own, in exact integers. */
final class Caps {

  private Caps() {}

  /**
   * {@code floor(slots · weight · (1 + ε) ÷ total weight)}, at least 1. Where rounding down leaves
   * fewer places than slots, the largest remainders get one more; ties go to the lower index.
   */
  static int[] of(int slots, int epsilonPpm, int[] weights) {
    long total = Arrays.stream(weights).asLongStream().sum();
    BigInteger scale = BigInteger.valueOf(RingParameters.ONE_IN_PPM + epsilonPpm);
    BigInteger divisor =
        BigInteger.valueOf(total).multiply(BigInteger.valueOf(RingParameters.ONE_IN_PPM));
    int[] caps = new int[weights.length];
    BigInteger[] remainders = new BigInteger[weights.length];
    long places = 0;
    for (int racer = 0; racer < weights.length; racer++) {
      BigInteger[] share =
          BigInteger.valueOf((long) slots * weights[racer])
              .multiply(scale)
              .divideAndRemainder(divisor);
      caps[racer] = Math.max(1, share[0].intValueExact());
      remainders[racer] = share[1];
      places += caps[racer];
    }
    IntStream.range(0, weights.length)
        .boxed()
        .sorted(Comparator.comparing((Integer racer) -> remainders[racer]).reversed())
        .limit(Math.max(0, slots - places))
        .forEach(racer -> caps[racer]++);
    return caps;
  }
}
