package io.blockring.client.origin.probe;

import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.probe.Finding.Verdict;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long the first byte takes, and how fast one stream is after it. */
final class SpeedProbe {
  private static final int BUFFER_BYTES = 256 * 1024;

  private final Origin origin;
  private final String key;
  private final @Nullable ObjectMetadata metadata;
  private final ProbePlan plan;
  private final long deadlineNanos;
  private ProbeReport.Speed speed = ProbeReport.Speed.UNKNOWN;

  SpeedProbe(
      Origin origin,
      String key,
      @Nullable ObjectMetadata metadata,
      ProbePlan plan,
      long deadlineNanos) {
    this.origin = origin;
    this.key = key;
    this.metadata = metadata;
    this.plan = plan;
    this.deadlineNanos = deadlineNanos;
  }

  ProbeReport.Speed speed() {
    return speed;
  }

  List<Finding> run() {
    if (metadata == null || metadata.size() == 0) {
      return List.of(new Finding("speed", Verdict.SKIPPED, "no bytes could be read"));
    }
    try {
      // One byte: the connection is free again at once.
      long[] firstByteNanos = new long[plan.samples()];
      for (int i = 0; i < firstByteNanos.length; i++) {
        firstByteNanos[i] = nanosToFirstByte();
      }
      Arrays.sort(firstByteNanos);
      speed =
          new ProbeReport.Speed(
              firstByteNanos.length,
              percentile(firstByteNanos, 50),
              percentile(firstByteNanos, 90),
              percentile(firstByteNanos, 99),
              bytesPerSecond());
      return List.of(
          new Finding(
              "speed",
              Verdict.OK,
              "first byte p50 %d ms, p99 %d ms; one stream %.1f MB/s"
                  .formatted(
                      speed.p50().toMillis(),
                      speed.p99().toMillis(),
                      speed.bytesPerSecond() / 1e6)));
    } catch (OriginException e) {
      return List.of(new Finding("speed", Verdict.WARNING, String.valueOf(e.getMessage())));
    }
  }

  private long nanosToFirstByte() throws OriginException {
    long start = System.nanoTime();
    try (Origin.Body body = origin.getFirst(key, 1, deadlineNanos)) {
      body.read(ByteBuffer.allocate(1));
      return System.nanoTime() - start;
    }
  }

  private long bytesPerSecond() throws OriginException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    long bytes = 0;
    try (Origin.Body body = origin.getFirst(key, plan.streamBytes(), deadlineNanos)) {
      long start = System.nanoTime();
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer.clear())) {
        bytes += count;
      }
      return (long) (bytes * 1e9 / Math.max(1, System.nanoTime() - start));
    }
  }

  private static Duration percentile(long[] sorted, int percent) {
    int index = (int) Math.ceil(sorted.length * percent / 100.0) - 1;
    return Duration.ofNanos(sorted[Math.clamp(index, 0, sorted.length - 1)]);
  }
}
