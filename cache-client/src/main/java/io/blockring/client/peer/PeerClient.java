package io.blockring.client.peer;

import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.manifest.KnownManifests;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads parts of blocks from other nodes' block ports. Calls block and are made on virtual threads;
 * safe for many. Every byte is proved by its cell's or frame's checksum before the sink keeps it,
 * and every wait has an end: the peer's silence or the reader's deadline, whichever comes first.
 */
public final class PeerClient implements AutoCloseable {
  /** A reading thread tells of a ring that is not the one it asked with. Must return soon. */
  @FunctionalInterface
  public interface OtherRing {
    void seen(PeerAddress peer, String fingerprint);
  }

  /** Of 8 TiB of objects at 4 MiB a block. */
  private static final long MANIFEST_BYTES = 8L << 20;

  private final PeerSettings settings;
  private final PeerCredentials credentials;
  private final boolean isMember;
  private final OtherRing otherRing;
  private final PeerCounters counters = new PeerCounters();
  private final KnownManifests manifests = new KnownManifests(MANIFEST_BYTES);
  private final Liars liars = new Liars(System::nanoTime);
  private final ManifestCheck manifestCheck = new ManifestCheck(manifests, counters, liars);
  private final BatchKnowledge batches = new BatchKnowledge(System::nanoTime);
  private final PeerHealth health;
  private final PeerNames names = new PeerNames();
  private final Watchdog watchdog;
  private final ConcurrentMap<PeerAddress, PeerConnections> peers = new ConcurrentHashMap<>();
  private volatile boolean isClosed;

  /** Of an application that keeps the bytes it reads. */
  public PeerClient(PeerSettings settings, OtherRing otherRing) {
    this(settings, PeerCredentials.none(), otherRing, false);
  }

  /** Of an application that keeps the bytes it reads, from ports that ask who it is. */
  public PeerClient(PeerSettings settings, PeerCredentials credentials, OtherRing otherRing) {
    this(settings, credentials, otherRing, false);
  }

  /** Of a node: what it reads it delivers to others, so its peers do not count it as delivered. */
  public static PeerClient ofMember(
      PeerSettings settings, PeerCredentials credentials, OtherRing otherRing) {
    return new PeerClient(settings, credentials, otherRing, true);
  }

  private PeerClient(
      PeerSettings settings, PeerCredentials credentials, OtherRing otherRing, boolean isMember) {
    this.credentials = credentials;
    this.isMember = isMember;
    this.settings = settings;
    this.otherRing = otherRing;
    this.health = new PeerHealth(settings);
    this.watchdog = new Watchdog(() -> peers.values().forEach(PeerConnections::sweep)).start();
  }

  public PeerCounters counters() {
    return counters;
  }

  /** Which peers this client leaves alone at the moment. */
  public PeerHealth health() {
    return health;
  }

  /** What blocks must be, for opens to add to: what is known there is proved here. */
  public KnownManifests manifests() {
    return manifests;
  }

  /** Which peers sent blocks that the manifest contradicts. */
  public Liars liars() {
    return liars;
  }

  /** A peer as a rung of the ladder. */
  public BlockSource source(
      PeerAddress peer, BlockWire.Kind kind, Supplier<String> ringFingerprint) {
    return (range, sink, scope) -> read(peer, kind, range, sink, scope, ringFingerprint.get());
  }

  /**
   * Reads a range from one peer. A kept connection that turns out to be closed is replaced once;
   * bytes that fail their checksum are asked for once more; anything else that goes wrong is {@link
   * Answer.Failed}, with what was committed before standing.
   *
   * @param ringFingerprint of the ring that named this peer, empty when there is none
   * @throws IOException only what the sink throws
   */
  public Answer read(
      PeerAddress peer,
      BlockWire.Kind kind,
      BlockRange range,
      ByteSink sink,
      ReadScope scope,
      String ringFingerprint)
      throws IOException {
    Answer answer = ask(peer, kind, range, sink, scope, ringFingerprint);
    count(answer);
    return answer;
  }

  /**
   * Reads a whole block that is known by its digest only from a peer's store; as {@link #read}, but
   * that no manifest proves it.
   */
  public Answer readHeld(PeerAddress peer, BlockKey key, int length, ByteSink sink, ReadScope scope)
      throws IOException {
    Version version = Version.unnamed(key.version(), key.index(), length);
    return read(peer, BlockWire.Kind.PEEK, BlockRange.whole(version, key.index()), sink, scope, "");
  }

  private void count(Answer answer) {
    switch (answer) {
      case Answer.Complete complete -> counters.complete.increment();
      case Answer.Absent absent -> counters.absent.increment();
      case Answer.Changed changed -> counters.changed.increment();
      case Answer.Busy busy -> counters.busy.increment();
      case Answer.OriginTrouble trouble -> counters.originTrouble.increment();
      case Answer.Failed failed -> counters.failed.increment();
    }
  }

  private Answer ask(
      PeerAddress peer,
      BlockWire.Kind kind,
      BlockRange range,
      ByteSink sink,
      ReadScope scope,
      String ringFingerprint)
      throws IOException {
    Answer no = whyNotToAsk(peer, scope);
    if (no != null) {
      return no;
    }
    PeerConnections connections = connectionsTo(peer);
    no = enter(peer, connections, scope);
    if (no != null) {
      return no;
    }
    try {
      return new Attempts(peer, kind, range, sink, scope, ringFingerprint, connections).run();
    } finally {
      connections.leave();
    }
  }

  /**
   * Reads many small ranges of one mount from one peer in one request. Each is proved as a single
   * one is; one that is not Complete has not a byte in its sink, and is worth being asked for by
   * itself. The peer is given half of the scope's time, so that it says in order what it could not
   * deliver and the rest of the time is left for that. A peer of an older version answers Failed
   * for all, and is left in peace for a minute.
   *
   * @param reads 1 to {@link BatchWire#MAX_ITEMS}, within the limits of a batch
   * @return their answers, in the same order
   * @throws IOException only what a sink throws
   */
  public List<Answer> readBatch(
      PeerAddress peer,
      BlockWire.Kind kind,
      List<BatchedRead> reads,
      ReadScope scope,
      String ringFingerprint)
      throws IOException {
    List<Answer> answers = askBatch(peer, kind, reads, scope, ringFingerprint);
    answers.forEach(this::count);
    return answers;
  }

  private List<Answer> askBatch(
      PeerAddress peer,
      BlockWire.Kind kind,
      List<BatchedRead> reads,
      ReadScope scope,
      String ringFingerprint)
      throws IOException {
    Answer no =
        batches.isUnaware(peer)
            ? new Answer.Failed(peer + " does not know batches")
            : whyNotToAsk(peer, scope);
    if (no != null) {
      return Collections.nCopies(reads.size(), no);
    }
    PeerConnections connections = connectionsTo(peer);
    no = enter(peer, connections, scope);
    if (no != null) {
      return Collections.nCopies(reads.size(), no);
    }
    try {
      counters.batches.increment();
      BatchAttempts batch =
          new BatchAttempts(
              peer, connections, health, counters, credentials, manifestCheck, reads, scope);
      List<Answer> answers = batch.run(kind, isMember, ringFingerprint);
      Trouble refusal = batch.refusal();
      if (refusal != null) {
        batches.refused(peer, refusal.refusal());
      }
      tellOfOtherRing(peer, batch.ring(), ringFingerprint);
      return answers;
    } finally {
      connections.leave();
    }
  }

  /** Null when this peer may be asked now. */
  private @Nullable Answer whyNotToAsk(PeerAddress peer, ReadScope scope) {
    if (isClosed) {
      return new Answer.Failed("the peer client is closed");
    }
    if (scope.isExpired()) {
      return new Answer.Failed("the reader's deadline passed before " + peer + " was asked");
    }
    if (liars.isLeftAlone(peer)) {
      counters.paused.increment();
      return new Answer.Failed(peer + " is left alone: it sent blocks that were wrong");
    }
    if (!health.mayAsk(peer)) {
      counters.paused.increment();
      return new Answer.Failed(
          peer + " is left alone after " + health.failures(peer) + " failures in a row");
    }
    return null;
  }

  /** Null when a connection may be used, which the caller then leaves. */
  private @Nullable Answer enter(PeerAddress peer, PeerConnections connections, ReadScope scope) {
    try {
      if (connections.enter(scope)) {
        return null;
      }
      counters.shed.increment();
      return new Answer.Busy(
          "all " + settings.connectionsPerPeer() + " connections to " + peer + " are in use",
          settings.queueing());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Failed("interrupted while waiting for a connection to " + peer);
    }
  }

  private void tellOfOtherRing(PeerAddress peer, String theirs, String ours) {
    if (!theirs.isEmpty() && !theirs.equals(ours)) {
      otherRing.seen(peer, theirs);
    }
  }

  private PeerConnections connectionsTo(PeerAddress peer) {
    PeerConnections known = peers.get(peer);
    return known != null
        ? known
        : peers.computeIfAbsent(
            peer, p -> new PeerConnections(p, settings, credentials, names, watchdog, counters));
  }

  /** Readers that are waiting see their connections fail. */
  @Override
  public void close() {
    isClosed = true;
    watchdog.close();
    names.close();
  }

  /** The attempts of one read: the first, and one more for each kind of fault that allows it. */
  private final class Attempts {
    private final PeerAddress peer;
    private final BlockWire.Kind kind;
    private final ReadScope scope;
    private final String ringFingerprint;
    private final PeerConnections connections;
    private final Delivery delivery;
    private boolean isSuspect;
    private boolean wasStale;
    private boolean hasLagged;

    Attempts(
        PeerAddress peer,
        BlockWire.Kind kind,
        BlockRange range,
        ByteSink sink,
        ReadScope scope,
        String ringFingerprint,
        PeerConnections connections) {
      this.peer = peer;
      this.kind = kind;
      this.scope = scope;
      this.ringFingerprint = ringFingerprint;
      this.connections = connections;
      this.delivery = new Delivery(range, sink, counters);
    }

    Answer run() throws IOException {
      while (true) {
        try {
          return afterPartial(attempt());
        } catch (PeerFault fault) {
          Answer end = delivery.isComplete() ? new Answer.Complete() : answerTo(fault);
          if (end != null) {
            return end;
          }
        }
      }
    }

    private Answer attempt() throws PeerFault, IOException {
      PeerConnection connection = wasStale ? connections.takeNew(scope) : connections.take(scope);
      BlockExchange exchange =
          new BlockExchange(
              peer, connection, delivery, scope, counters, credentials, manifestCheck);
      connection.begin(scope);
      try {
        Answer answer = exchange.run(kind, isMember, isSuspect, ringFingerprint);
        health.answered(peer);
        tellOfOtherRing(peer, exchange.ring(), ringFingerprint);
        return answer;
      } finally {
        connection.end();
        if (exchange.mayBeKept()) {
          connections.keep(connection);
        } else {
          connection.close();
        }
      }
    }

    /** Null when another attempt is to be made. */
    private @Nullable Answer answerTo(PeerFault fault) {
      switch (fault.kind()) {
        case STALE -> {
          counters.staleConnections.increment();
          wasStale = true;
          return null;
        }
        case LAGGED -> {
          health.answered(peer);
          if (!hasLagged) {
            hasLagged = true;
            return null;
          }
        }
        case CHECKSUM -> {
          counters.checksumMismatches.increment();
          if (!isSuspect) {
            isSuspect = true;
            return null;
          }
          health.failed(peer);
        }
        case MANIFEST -> {
          if (!isSuspect) {
            isSuspect = true;
            return null;
          }
          // Charged where it was found; what else it has may be right.
        }
        case BROKEN -> health.failed(peer);
        case SILENT -> {
          counters.silences.increment();
          health.silent(peer);
        }
        case GIVEN_UP -> {}
      }
      return new Answer.Failed(String.valueOf(fault.getMessage()));
    }

    /** Nothing may have been committed when a source says that it is absent. */
    private Answer afterPartial(Answer answer) {
      return answer instanceof Answer.Absent(String reason) && delivery.hasBegun()
          ? new Answer.Failed(reason)
          : answer;
    }
  }
}
