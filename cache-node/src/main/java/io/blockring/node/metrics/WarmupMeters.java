package io.blockring.node.metrics;

import io.blockring.node.http.admin.WarmupStatus;
import io.blockring.node.operate.Warmups;

/** The warm-ups that were started at this node. */
public final class WarmupMeters {
  private WarmupMeters() {}

  public static void bind(Metrics metrics, Warmups warmups) {
    metrics.gauge(NodeMeter.WARMUPS_RUNNING, warmups::running);
    for (WarmupStatus.State state : WarmupStatus.State.values()) {
      if (state.isEnd()) {
        metrics.counter(NodeMeter.WARMUPS, () -> warmups.ended(state), ReadMeters.label(state));
      }
    }
    metrics.gauge(NodeMeter.WARMUP_RUNNING_BYTES, () -> warmups.runningBytes().total(), "total");
    metrics.gauge(
        NodeMeter.WARMUP_RUNNING_BYTES, () -> warmups.runningBytes().resident(), "resident");
    metrics.gauge(NodeMeter.WARMUP_RUNNING_BYTES, () -> warmups.runningBytes().failed(), "failed");
  }
}
