package io.blockring.client.peer;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Which peers do not know batches, being of an older version: they are asked for single ranges, and
 * tried again after a while, since they may have been upgraded. Safe for many threads.
 */
final class BatchKnowledge {
  static final Duration PAUSE = Duration.ofMinutes(1);

  private final ConcurrentMap<PeerAddress, Long> unawareSinceNanos = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  BatchKnowledge(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  boolean isUnaware(PeerAddress peer) {
    Long since = unawareSinceNanos.get(peer);
    if (since == null) {
      return false;
    }
    if (nanoTime.getAsLong() - since < PAUSE.toNanos()) {
      return true;
    }
    unawareSinceNanos.remove(peer, since);
    return false;
  }

  /** It refused a batch as one who does not know what that is. */
  void refused(PeerAddress peer, Refusal refusal) {
    switch (refusal) {
      case MALFORMED, UNKNOWN_PATH, METHOD -> unawareSinceNanos.put(peer, nanoTime.getAsLong());
      case MISALIGNED,
          UNAUTHORISED,
          ABSENT,
          UNKNOWN_MOUNT,
          HEAD_TIMEOUT,
          CHANGED,
          OUT_OF_RANGE,
          ORIGIN_TROUBLE,
          HEAD_TOO_LARGE,
          FAILED,
          BUSY,
          LAGGED,
          DEADLINE,
          HTTP_VERSION -> {}
    }
  }
}
