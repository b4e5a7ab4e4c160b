package io.blockring.client.origin;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: exponential, with full jitter, so that callers who failed together do
 * not come back together.
 */
public record Backoff(Duration first, Duration longest) {

  /** From 50 ms to 2 s: for requests that people wait for. */
  public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));

  /**
   * How long to wait after this failure.
   *
   * @param failures how many there were, at least 1
   */
  public long pauseNanos(int failures, RandomGenerator random) {
    long ceiling = first.toNanos() << Math.min(failures - 1, 20);
    return random.nextLong(Math.clamp(ceiling, 1, longest.toNanos()) + 1);
  }
}
