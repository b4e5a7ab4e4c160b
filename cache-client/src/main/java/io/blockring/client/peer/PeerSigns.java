package io.blockring.client.peer;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The open connections to one peer, and when a byte last came on any of them. */
final class PeerSigns {
  private final Set<PeerConnection> open = ConcurrentHashMap.newKeySet();
  private volatile long lastNanos = System.nanoTime();

  void add(PeerConnection connection) {
    open.add(connection);
  }

  void remove(PeerConnection connection) {
    open.remove(connection);
  }

  void seen(long nowNanos) {
    lastNanos = nowNanos;
  }

  /** Lets all who wait see the peer fail, if no byte has come from it for so long. */
  void silentFor(long nanos) {
    if (System.nanoTime() - lastNanos >= nanos) {
      open.forEach(PeerConnection::closeIfWaiting);
    }
  }
}
