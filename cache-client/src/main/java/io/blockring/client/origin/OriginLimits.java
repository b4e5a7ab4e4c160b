package io.blockring.client.origin;

import java.time.Duration;

/**
 * How much one origin is asked, and for how long. The deadline of each call comes on top and always
 * wins.
 *
 * @param maxConcurrentRequests requests at once, 1 to 10000; throttling brings it down for a while.
 *     For a directory the number of its disk threads
 * @param maxWaiting callers that may wait for a free request, 0 to 1000000; more are told THROTTLED
 * @param maxAttempts how often one question is asked before its first byte has come, 1 to 10
 * @param connectTimeout for a connection to stand, TLS not counted
 * @param firstByteTimeout from asking to the response's headers, for one attempt
 * @param stallTimeout the longest silence within a body
 */
public record OriginLimits(
    int maxConcurrentRequests,
    int maxWaiting,
    int maxAttempts,
    Duration connectTimeout,
    Duration firstByteTimeout,
    Duration stallTimeout) {

  // Before DEFAULT, whose constructor needs it.
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** What a mount gets when its settings say nothing. */
  public static final OriginLimits DEFAULT =
      new OriginLimits(
          64, 1024, 3, Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10));

  public OriginLimits {
    requireWithin("maxConcurrentRequests", maxConcurrentRequests, 1, 10_000);
    requireWithin("maxWaiting", maxWaiting, 0, 1_000_000);
    requireWithin("maxAttempts", maxAttempts, 1, 10);
    requireTimeout("connectTimeout", connectTimeout);
    requireTimeout("firstByteTimeout", firstByteTimeout);
    requireTimeout("stallTimeout", stallTimeout);
  }

  public OriginLimits withMaxConcurrentRequests(int requests) {
    return new OriginLimits(
        requests, maxWaiting, maxAttempts, connectTimeout, firstByteTimeout, stallTimeout);
  }

  public OriginLimits withMaxWaiting(int callers) {
    return new OriginLimits(
        maxConcurrentRequests,
        callers,
        maxAttempts,
        connectTimeout,
        firstByteTimeout,
        stallTimeout);
  }

  public OriginLimits withMaxAttempts(int attempts) {
    return new OriginLimits(
        maxConcurrentRequests,
        maxWaiting,
        attempts,
        connectTimeout,
        firstByteTimeout,
        stallTimeout);
  }

  public OriginLimits withTimeouts(Duration connect, Duration firstByte, Duration stall) {
    return new OriginLimits(
        maxConcurrentRequests, maxWaiting, maxAttempts, connect, firstByte, stall);
  }

  private static void requireWithin(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + ": " + value + " is not between " + least + " and " + most);
    }
  }

  private static void requireTimeout(String key, Duration value) {
    if (value.toMillis() < 1 || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          key + ": " + value + " is not between 1 ms and " + LONGEST.toMinutes() + " minutes");
    }
  }
}
