package io.blockring.client.origin.probe;

import java.time.Duration;

/**
 * How much a probe may do.
 *
 * @param key object to read, relative to the mount; empty: the largest of the first page of names
 * @param samples requests for the times to the first byte, 3 to 1000
 * @param streamBytes most bytes of the one stream whose throughput is measured, 1 to 1 GiB
 * @param budget for everything together, 1 s to 10 minutes
 */
public record ProbePlan(String key, int samples, int streamBytes, Duration budget) {

  /** Twenty samples, 32 MiB, half a minute, an object of the probe's own choice. */
  public static final ProbePlan DEFAULT =
      new ProbePlan("", 20, 32 * 1024 * 1024, Duration.ofSeconds(30));

  public ProbePlan {
    requireWithin("samples", samples, 3, 1000);
    requireWithin("streamBytes", streamBytes, 1, 1024 * 1024 * 1024);
    requireWithin("budget in milliseconds", budget.toMillis(), 1000, 600_000);
  }

  private static void requireWithin(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + ": " + value + " is not between " + least + " and " + most);
    }
  }
}
