package io.blockring.node.read;

import io.blockring.client.ReadException;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.RungCounts;
import io.blockring.client.ladder.TrafficClass;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What readers got from this node, by rung and class of traffic, since the process started. */
public final class ReadCounters {

  /** Is told how long each whole read took. Must return at once. */
  @FunctionalInterface
  public interface Latency {
    void record(Rung rung, TrafficClass trafficClass, long nanos);
  }

  /** A read that ended with an error to its reader, on {@link System#nanoTime}'s clock. */
  public record Failure(String message, long atNanos) {}

  private final RungCounts reads = new RungCounts();
  private final RungCounts bytes = new RungCounts();
  private final LongAdder[] failures = new LongAdder[ReadException.Kind.values().length];
  private final Latency latency;
  private volatile @Nullable Failure lastFailure;

  public ReadCounters(Latency latency) {
    this.latency = latency;
    for (int i = 0; i < failures.length; i++) {
      failures[i] = new LongAdder();
    }
  }

  void onRead(Rung rung, TrafficClass trafficClass, long nanos) {
    reads.add(rung, trafficClass, 1);
    latency.record(rung, trafficClass, nanos);
  }

  void onDelivered(Rung rung, TrafficClass trafficClass, long count) {
    bytes.add(rung, trafficClass, count);
  }

  void onFailure(ReadException e) {
    failures[e.kind().ordinal()].increment();
    if (e.kind() != ReadException.Kind.NOT_FOUND && e.kind() != ReadException.Kind.CHANGED) {
      lastFailure = new Failure(String.valueOf(e.getMessage()), System.nanoTime());
    }
  }

  /** The last read that failed for another reason than the object's own; null when none did. */
  public @Nullable Failure lastFailure() {
    return lastFailure;
  }

  /** Reads that ended well, by the deepest rung they needed. */
  public RungCounts reads() {
    return reads;
  }

  /** Bytes delivered, by the deepest rung of their read. */
  public RungCounts bytes() {
    return bytes;
  }

  /** Reads that ended with an error to the reader. */
  public long failures(ReadException.Kind kind) {
    return failures[kind.ordinal()].sum();
  }
}
