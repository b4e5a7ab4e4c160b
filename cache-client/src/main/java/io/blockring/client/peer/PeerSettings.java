package io.blockring.client.peer;

import java.time.Duration;

/**
 * Limits of a {@link PeerClient}.
 *
 * @param connectTimeout for looking up a name and connecting
 * @param silence how long a peer may show no sign of life (a byte of a reply, or a 102) before it
 *     is taken for dead. A healthy node signs after 50 ms and then every 200 ms, whatever its
 *     bucket does
 * @param connectionsPerPeer open at the same time, used and idle
 * @param queueing how long a read waits for a connection when all are in use; then it is Busy
 * @param idleTimeout an unused connection is closed after this; shorter than the node's own
 * @param failuresBeforePause consecutive failures after which a peer is left alone for a while
 * @param firstPause the first such while; each further failure doubles it
 * @param longestPause the longest
 */
public record PeerSettings(
    Duration connectTimeout,
    Duration silence,
    int connectionsPerPeer,
    Duration queueing,
    Duration idleTimeout,
    int failuresBeforePause,
    Duration firstPause,
    Duration longestPause) {

  public PeerSettings {
    if (silence.toMillis() <= BlockWire.NEXT_SIGN_MILLIS) {
      throw new IllegalArgumentException(
          "a peer signs every "
              + BlockWire.NEXT_SIGN_MILLIS
              + " ms, so it cannot be taken for dead after "
              + silence.toMillis());
    }
    if (connectionsPerPeer < 1 || failuresBeforePause < 1) {
      throw new IllegalArgumentException(
          "connectionsPerPeer "
              + connectionsPerPeer
              + " and failuresBeforePause "
              + failuresBeforePause
              + " must be at least 1");
    }
  }

  /** These with another silence; a peer that takes no connection for as long is as silent. */
  public PeerSettings withSilence(Duration newSilence) {
    return new PeerSettings(
        newSilence,
        newSilence,
        connectionsPerPeer,
        queueing,
        idleTimeout,
        failuresBeforePause,
        firstPause,
        longestPause);
  }

  public static PeerSettings defaults() {
    return new PeerSettings(
        Duration.ofMillis(1_500),
        Duration.ofMillis(1_500),
        32,
        Duration.ofMillis(100),
        Duration.ofSeconds(30),
        3,
        Duration.ofMillis(100),
        Duration.ofSeconds(5));
  }
}
