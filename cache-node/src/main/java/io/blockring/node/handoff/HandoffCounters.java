package io.blockring.node.handoff;

import java.util.concurrent.atomic.LongAdder;

/** What moved since the process started. Safe for many threads. */
public final class HandoffCounters {
  private final LongAdder givenBlocks = new LongAdder();
  private final LongAdder givenBytes = new LongAdder();
  private final LongAdder hadBlocks = new LongAdder();
  private final LongAdder refusedBlocks = new LongAdder();
  private final LongAdder failedBlocks = new LongAdder();
  private final LongAdder takenBytes = new LongAdder();

  void given(int bytes) {
    givenBlocks.increment();
    givenBytes.add(bytes);
  }

  void had() {
    hadBlocks.increment();
  }

  void refused() {
    refusedBlocks.increment();
  }

  void failed() {
    failedBlocks.increment();
  }

  void taken(int bytes) {
    takenBytes.add(bytes);
  }

  /** Blocks that others took over from this node. */
  public long givenBlocks() {
    return givenBlocks.sum();
  }

  public long givenBytes() {
    return givenBytes.sum();
  }

  /** Offers of blocks that the other one had already. */
  public long hadBlocks() {
    return hadBlocks.sum();
  }

  /** Offers that the other one had no room for. */
  public long refusedBlocks() {
    return refusedBlocks.sum();
  }

  /** Offers that came to nothing and are made again. */
  public long failedBlocks() {
    return failedBlocks.sum();
  }

  /** Of blocks that this node took over from others. */
  public long takenBytes() {
    return takenBytes.sum();
  }
}
