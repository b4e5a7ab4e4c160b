package io.blockring.client.origin.s3;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: exponential, with full jitter, so that callers who failed together do
 * not come back together.
 */
record Backoff(Duration first, Duration longest) {

  static final Backoff DEFAULT = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));

  /**
   * How long to wait after this failure.
   *
   * @param failures how many there were, at least 1
   */
  long pauseNanos(int failures, RandomGenerator random) {
    long ceiling = first.toNanos() << Math.min(failures - 1, 30);
    return random.nextLong(Math.clamp(ceiling, 1, longest.toNanos()) + 1);
  }
}
