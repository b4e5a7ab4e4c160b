package io.blockring.node.figures;

import io.blockring.wire.v1.FigureSample;
import io.blockring.wire.v1.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What all nodes counted together, step by step. Nodes take their samples when they like, so each
 * one's counters are taken to grow evenly between two of them.
 */
public final class ClusterSeries {
  private ClusterSeries() {}

  /**
   * One point for each step of the window that has ended and in which a node lived: what was
   * counted in the step until {@link Sample#atMillis} (wall clock, a multiple of the step), and the
   * stores' figures then.
   */
  public static List<Sample> points(Gatherer.Gathered gathered, Duration window) {
    long step = SampleHistory.STEP.toMillis();
    List<List<Sample>> nodes =
        gathered.byNode().values().stream()
            .map(figures -> samples(figures, gathered.epochMillis()))
            .filter(samples -> !samples.isEmpty())
            .toList();
    long end = gathered.epochMillis() / step * step;
    long begin = end - window.toMillis() / step * step;
    List<Sample> points = new ArrayList<>();
    for (long at = begin + step; at <= end; at += step) {
      Sample sum = null;
      for (List<Sample> node : nodes) {
        if (at > node.getFirst().atMillis()) {
          Sample part = counters(node, at).since(counters(node, at - step));
          sum = sum == null ? part : sum.plus(part);
        }
      }
      if (sum != null) {
        points.add(sum);
      }
    }
    return points;
  }

  /** A node's samples on the wall clock of the node that asked, oldest first. */
  static List<Sample> samples(Figures figures, long epochMillis) {
    List<Sample> samples = new ArrayList<>();
    for (FigureSample wire : figures.getSamplesList()) {
      samples.add(SampleWire.sample(wire, epochMillis - wire.getAgeMillis()));
    }
    return samples;
  }

  /** As they stood at a moment: the first known before, the last known after. */
  private static Sample counters(List<Sample> samples, long millis) {
    Sample before = samples.getFirst();
    if (millis <= before.atMillis()) {
      return before.at(millis);
    }
    int low = 0;
    int high = samples.size();
    // The last sample that is not after the moment.
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (samples.get(middle).atMillis() <= millis) {
        low = middle;
      } else {
        high = middle;
      }
    }
    before = samples.get(low);
    return low + 1 == samples.size()
        ? before.at(millis)
        : before.towards(samples.get(low + 1), millis);
  }
}
