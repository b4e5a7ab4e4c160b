package io.blockring.client.ladder;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * What travels with one read through every rung and over the wire.
 *
 * @param traceId up to 64 characters of {@code [A-Za-z0-9._-]}, the same in every log line and
 *     header of this read
 * @param forWhom the bytes move; may become more important while they do
 * @param deadlineNanos when the reader gives up, on {@link System#nanoTime}'s clock
 */
public record ReadScope(String traceId, Supplier<TrafficClass> forWhom, long deadlineNanos) {

  /** Of bytes that move for the same readers to the end. */
  public ReadScope(String traceId, TrafficClass trafficClass, long deadlineNanos) {
    this(traceId, () -> trafficClass, deadlineNanos);
  }

  /** For whom the bytes move at this moment. */
  public TrafficClass trafficClass() {
    return forWhom.get();
  }

  /**
   * A read of a person or a job that gives up after this many milliseconds, with a new trace id.
   */
  public static ReadScope forReader(long deadlineMillis) {
    return new ReadScope(
        newTraceId(), TrafficClass.READ, System.nanoTime() + deadlineMillis * 1_000_000);
  }

  /** 16 random hex digits. */
  public static String newTraceId() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }

  /** Milliseconds until the deadline, at least 0. */
  public long remainingMillis() {
    return Math.max(0, (deadlineNanos - System.nanoTime()) / 1_000_000);
  }

  public boolean isExpired() {
    return deadlineNanos - System.nanoTime() <= 0;
  }
}
