package io.blockring.client.origin;

import io.blockring.client.ladder.TrafficClass;

/**
 * What the caller can take of an origin's bytes. Told of them as they are read; returns when more
 * may come. Many threads at once.
 */
@FunctionalInterface
public interface Intake {
  /** Whatever comes. */
  Intake UNLIMITED = (trafficClass, bytes) -> {};

  /** So many bytes have come, for the sake of such traffic. */
  void came(TrafficClass trafficClass, int bytes) throws InterruptedException;
}
