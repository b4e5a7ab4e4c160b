package io.blockring.node.fill;

import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import java.util.concurrent.atomic.LongAdder;

/** What fills did since the process started. Only grows. */
public final class FillCounters {
  private final LongAdder[][] bytes =
      new LongAdder[Rung.values().length][TrafficClass.values().length];
  private final LongAdder completed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder changed = new LongAdder();
  private final LongAdder shed = new LongAdder();
  private final LongAdder followed = new LongAdder();
  private final LongAdder unstored = new LongAdder();
  private final LongAdder duplicates = new LongAdder();

  public FillCounters() {
    for (LongAdder[] row : bytes) {
      for (int i = 0; i < row.length; i++) {
        row[i] = new LongAdder();
      }
    }
  }

  void addBytes(Rung rung, TrafficClass trafficClass, long count) {
    bytes[rung.ordinal()][trafficClass.ordinal()].add(count);
  }

  void onCompleted() {
    completed.increment();
  }

  void onFailed() {
    failed.increment();
  }

  void onChanged() {
    changed.increment();
  }

  void onShed() {
    shed.increment();
  }

  void onFollowed() {
    followed.increment();
  }

  void onUnstored() {
    unstored.increment();
  }

  /**
   * Bytes that a member read from the bucket although an owner should have had them: see the read
   * ladder.
   */
  public void onDuplicate() {
    duplicates.increment();
  }

  /** Bytes brought in from a rung, for a class of traffic. */
  public long bytes(Rung rung, TrafficClass trafficClass) {
    return bytes[rung.ordinal()][trafficClass.ordinal()].sum();
  }

  /** Fills whose every byte arrived. */
  public long completed() {
    return completed.sum();
  }

  /** Fills that ended early, for any reason but a changed version. */
  public long failed() {
    return failed.sum();
  }

  /** Fills that ended because the bucket has another version now. */
  public long changed() {
    return changed.sum();
  }

  /** Fills refused because too much was in flight. */
  public long shed() {
    return shed.sum();
  }

  /** Readers that joined a fill instead of starting one. */
  public long followed() {
    return followed.sum();
  }

  /** Complete fills that the store did not keep. */
  public long unstored() {
    return unstored.sum();
  }

  /** Blocks read from the bucket past their owners. */
  public long duplicates() {
    return duplicates.sum();
  }
}
