package io.blockring.node.fill;

import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.RungCounts;
import io.blockring.client.ladder.TrafficClass;
import java.util.concurrent.atomic.LongAdder;

/** What fills did since the process started. Only grows. */
public final class FillCounters {
  private final RungCounts fetched = new RungCounts();
  private final LongAdder completed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder changed = new LongAdder();
  private final LongAdder shed = new LongAdder();
  private final LongAdder followed = new LongAdder();
  private final LongAdder unstored = new LongAdder();
  private final LongAdder midBlock = new LongAdder();
  private final LongAdder duplicates = new LongAdder();

  /** Bytes brought in from somewhere, whether they are kept or not. */
  public void onFetched(Rung rung, TrafficClass trafficClass, long bytes) {
    fetched.add(rung, trafficClass, bytes);
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

  void onMidBlock() {
    midBlock.increment();
  }

  /** A block that a router read from the bucket because none of its members had it or answered. */
  public void onDuplicate() {
    duplicates.increment();
  }

  /** Bytes brought in, by the deepest rung of their block. */
  public RungCounts fetched() {
    return fetched;
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

  /** Fills that began in the middle of their block, and so may cost two requests. */
  public long midBlock() {
    return midBlock.sum();
  }

  /** Blocks read from the bucket past their owners. */
  public long duplicates() {
    return duplicates.sum();
  }
}
