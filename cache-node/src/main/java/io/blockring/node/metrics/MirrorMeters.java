package io.blockring.node.metrics;

import io.blockring.mirror.Breaker;
import io.blockring.mirror.MirrorReport;
import io.blockring.node.operate.Mirrors;
import java.util.function.ToLongFunction;

/** How far the copies of a mount with a source region are, and how its buckets answer. */
public final class MirrorMeters {
  private MirrorMeters() {}

  /** Shows one mount, which the mirrors have. */
  public static void bind(Metrics metrics, Mirrors mirrors, String mount) {
    metrics.gauge(
        NodeMeter.MIRROR_LAG_OBJECTS, () -> Math.max(0, mirrors.report(mount).lagObjects()), mount);
    metrics.gauge(NodeMeter.MIRROR_LAG_BYTES, () -> mirrors.report(mount).lagBytes(), mount);
    metrics.gauge(
        NodeMeter.MIRROR_LAG_SECONDS,
        () -> mirrors.report(mount).lagMillis(System.currentTimeMillis()) / 1e3,
        mount);
    own(metrics, NodeMeter.MIRROR_COPIED_OBJECTS, mirrors, mount, MirrorReport::copiedObjects);
    own(metrics, NodeMeter.MIRROR_COPIED_BYTES, mirrors, mount, MirrorReport::copiedBytes);
    own(metrics, NodeMeter.MIRROR_FAILED_COPIES, mirrors, mount, MirrorReport::failedCopies);
    Breaker ownBucket = mirrors.ownBreaker(mount);
    if (ownBucket != null) {
      leftAlone(metrics, mount, "origin", ownBucket);
    }
    leftAlone(metrics, mount, "source-region", mirrors.sourceBreaker(mount));
    metrics.counter(NodeMeter.MIRROR_STALE_ANSWERS, () -> mirrors.staleAnswers(mount), mount);
  }

  private static void own(
      Metrics metrics,
      NodeMeter meter,
      Mirrors mirrors,
      String mount,
      ToLongFunction<MirrorReport> value) {
    metrics.counter(
        meter,
        () -> {
          MirrorReport report = mirrors.ownReport(mount);
          return report == null ? 0 : value.applyAsLong(report);
        },
        mount);
  }

  private static void leftAlone(Metrics metrics, String mount, String source, Breaker breaker) {
    metrics.gauge(
        NodeMeter.MIRROR_BUCKET_LEFT_ALONE, () -> breaker.isOpen() ? 1 : 0, mount, source);
  }
}
