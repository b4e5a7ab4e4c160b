package io.blockring.client.origin.probe;

import io.blockring.client.origin.OriginSettings;
import java.time.Duration;
import java.util.List;

/**
 * What a probe found.
 *
 * @param key the object that was read; empty when none could be
 * @param recommended the settings given, with what suits this origin better
 * @param blockBytes recommended size of blocks
 */
public record ProbeReport(
    List<Finding> findings, String key, Speed speed, OriginSettings recommended, int blockBytes) {

  /**
   * Measured times; all zero when nothing was read.
   *
   * @param samples requests behind the percentiles of the time to the first byte
   * @param bytesPerSecond of one stream, from its first byte on
   */
  public record Speed(int samples, Duration p50, Duration p90, Duration p99, long bytesPerSecond) {
    static final Speed UNKNOWN = new Speed(0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
  }

  /** Whether a mount of this origin would work. */
  public boolean isUsable() {
    return findings.stream().noneMatch(f -> f.verdict() == Finding.Verdict.FAILED);
  }
}
