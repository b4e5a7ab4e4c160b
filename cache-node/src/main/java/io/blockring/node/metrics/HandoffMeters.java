package io.blockring.node.metrics;

import io.blockring.node.handoff.Handoff;
import io.blockring.node.handoff.HandoffCounters;
import io.blockring.node.handoff.HandoffProgress.Phase;

/** Blocks that move between members. */
public final class HandoffMeters {
  private HandoffMeters() {}

  public static void bind(Metrics metrics, Handoff handoff) {
    HandoffCounters counters = handoff.counters();
    metrics.counter(NodeMeter.HANDOFF_GIVEN_BYTES, counters::givenBytes);
    metrics.counter(NodeMeter.HANDOFF_TAKEN_BYTES, counters::takenBytes);
    metrics.counter(NodeMeter.HANDOFF_OFFERS, counters::givenBlocks, "given");
    metrics.counter(NodeMeter.HANDOFF_OFFERS, counters::hadBlocks, "had");
    metrics.counter(NodeMeter.HANDOFF_OFFERS, counters::refusedBlocks, "refused");
    metrics.counter(NodeMeter.HANDOFF_OFFERS, counters::failedBlocks, "failed");
    metrics.gauge(NodeMeter.HANDOFF_MOVING, () -> isMoving(handoff.progress().phase()) ? 1 : 0);
    metrics.gauge(NodeMeter.HANDOFF_LEFT_BYTES, () -> handoff.progress().leftBytes());
  }

  private static boolean isMoving(Phase phase) {
    return switch (phase) {
      case MOVING, WAITING -> true;
      case IDLE, SAFE_TO_STOP -> false;
    };
  }
}
