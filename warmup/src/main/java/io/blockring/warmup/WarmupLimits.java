package io.blockring.warmup;

import io.blockring.client.origin.Backoff;
import java.time.Duration;

/**
 * What one warm-up may use.
 *
 * @param objectsAtOnce objects being opened, filled or checked at the same time
 * @param blocksInFlight blocks asked of owners and not yet answered, over all owners
 * @param bytesInFlight their bytes; a single larger block goes alone
 * @param blocksPerFill blocks in one request to an owner
 * @param attempts how often one block, open or page is tried
 * @param backoff pauses between attempts
 * @param checks how often residency is checked; what a check misses is fetched before the next
 * @param mostObjects a warm-up of more ends incomplete; each costs about half a kilobyte of memory
 * @param mostProblems problems kept with their paths; the others are only counted
 * @param callTimeout for one page, open, fill or residency
 */
public record WarmupLimits(
    int objectsAtOnce,
    int blocksInFlight,
    long bytesInFlight,
    int blocksPerFill,
    int attempts,
    Backoff backoff,
    int checks,
    int mostObjects,
    int mostProblems,
    Duration callTimeout) {

  /** For a node of ordinary size: 512 MiB in flight, five attempts, three checks. */
  public static final WarmupLimits DEFAULT =
      new WarmupLimits(
          32,
          256,
          512L << 20,
          16,
          5,
          new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10)),
          3,
          200_000,
          100,
          Duration.ofMinutes(2));

  public WarmupLimits {
    requireAtLeast("objectsAtOnce", objectsAtOnce, 1);
    requireAtLeast("blocksInFlight", blocksInFlight, 1);
    requireAtLeast("bytesInFlight", bytesInFlight, 1);
    requireAtLeast("blocksPerFill", blocksPerFill, 1);
    requireAtLeast("attempts", attempts, 1);
    requireAtLeast("checks", checks, 1);
    requireAtLeast("mostObjects", mostObjects, 1);
    requireAtLeast("mostProblems", mostProblems, 0);
    requireAtLeast("callTimeout in milliseconds", callTimeout.toMillis(), 1);
  }

  private static void requireAtLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": " + value + " is less than " + least);
    }
  }
}
