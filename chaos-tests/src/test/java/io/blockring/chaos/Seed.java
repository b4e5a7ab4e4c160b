package io.blockring.chaos;

import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** What the random choices of one run come from; the same value repeats them. */
record Seed(long value) {
  private static final String PROPERTY = "blockring.chaos.seed";

  /** A new one, or that of {@code -Dblockring.chaos.seed=N}. Printed, so that it can be given. */
  static Seed of(String scenario) {
    long value = Long.getLong(PROPERTY, ThreadLocalRandom.current().nextLong(1L << 48));
    System.out.println(scenario + ": repeat with -D" + PROPERTY + "=" + value);
    return new Seed(value);
  }

  /** The choices of one thread. */
  RandomGenerator choices(int thread) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(value * 1_000_003 + thread);
  }
}
