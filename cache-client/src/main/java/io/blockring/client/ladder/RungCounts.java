package io.blockring.client.ladder;

import java.util.concurrent.atomic.LongAdder;

/**
 * A counter for each rung and class of traffic. Only grows; reading it costs nobody else anything.
 */
public final class RungCounts {
  private final LongAdder[] counts =
      new LongAdder[Rung.values().length * TrafficClass.values().length];

  public RungCounts() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  public void add(Rung rung, TrafficClass trafficClass, long count) {
    counts[index(rung, trafficClass)].add(count);
  }

  public long sum(Rung rung, TrafficClass trafficClass) {
    return counts[index(rung, trafficClass)].sum();
  }

  private static int index(Rung rung, TrafficClass trafficClass) {
    return rung.ordinal() * TrafficClass.values().length + trafficClass.ordinal();
  }
}
