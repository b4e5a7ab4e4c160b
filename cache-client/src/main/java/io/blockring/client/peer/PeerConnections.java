package io.blockring.client.peer;

import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.ladder.ReadScope;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one peer. Only so many are in use at a time; a new one is made by a thread
 * that may use one and found none idle.
 */
final class PeerConnections {
  private final PeerAddress peer;
  private final PeerSettings settings;
  private final PeerCredentials credentials;
  private final PeerNames names;
  private final Watchdog watchdog;
  private final PeerCounters counters;
  private final Semaphore permits;
  private final PeerSigns signs = new PeerSigns();
  private final ConcurrentLinkedDeque<PeerConnection> idle = new ConcurrentLinkedDeque<>();

  PeerConnections(
      PeerAddress peer,
      PeerSettings settings,
      PeerCredentials credentials,
      PeerNames names,
      Watchdog watchdog,
      PeerCounters counters) {
    this.peer = peer;
    this.settings = settings;
    this.credentials = credentials;
    this.names = names;
    this.watchdog = watchdog;
    this.counters = counters;
    this.permits = new Semaphore(settings.connectionsPerPeer());
  }

  /** Waits for the right to use a connection; false when all were in use for too long. */
  boolean enter(ReadScope scope) throws InterruptedException {
    long patience =
        Math.min(settings.queueing().toNanos(), scope.deadlineNanos() - System.nanoTime());
    return permits.tryAcquire() || permits.tryAcquire(patience, TimeUnit.NANOSECONDS);
  }

  /** Reads that use a connection now. */
  int inUse() {
    return settings.connectionsPerPeer() - permits.availablePermits();
  }

  void leave() {
    permits.release();
  }

  /** The most recently used idle connection, else a new one. */
  PeerConnection take(ReadScope scope) throws PeerFault {
    PeerConnection kept = takeIdle();
    return kept != null ? kept : connect(scope);
  }

  /** A new one. A kept one was dead, so the others, of the same age and past, are dropped. */
  PeerConnection takeNew(ReadScope scope) throws PeerFault {
    for (PeerConnection kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
      kept.close();
    }
    return connect(scope);
  }

  private @Nullable PeerConnection takeIdle() {
    long now = System.nanoTime();
    for (PeerConnection kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
      if (kept.isReusable() && !kept.isIdleFor(settings.idleTimeout().toNanos(), now)) {
        return kept;
      }
      kept.close();
    }
    return null;
  }

  private PeerConnection connect(ReadScope scope) throws PeerFault {
    try {
      long patience =
          Math.min(settings.connectTimeout().toNanos(), scope.deadlineNanos() - System.nanoTime());
      PeerConnection connection =
          PeerConnection.open(
              peer, names.resolve(peer, patience), settings, credentials, watchdog, signs, scope);
      counters.connections.increment();
      return connection;
    } catch (PeerFault e) {
      counters.failedConnections.increment();
      throw e;
    }
  }

  void keep(PeerConnection connection) {
    if (connection.isReusable()) {
      idle.addFirst(connection);
    } else {
      connection.close();
    }
  }

  /** One connection was silent for too long: when all are, nobody waits for as long again. */
  void silent() {
    signs.silentFor(settings.silence().toNanos());
  }

  /** Closes what has not been used for too long. */
  void sweep() {
    long now = System.nanoTime();
    for (PeerConnection kept = idle.peekLast();
        kept != null && kept.isIdleFor(settings.idleTimeout().toNanos(), now);
        kept = idle.peekLast()) {
      if (idle.removeLastOccurrence(kept)) {
        kept.close();
      }
    }
  }
}
