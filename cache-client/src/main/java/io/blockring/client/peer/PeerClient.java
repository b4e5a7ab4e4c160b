package io.blockring.client.peer;

import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.manifest.KnownManifests;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
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

  /** A try of a peer that is left alone reads so many bytes at most. */
  private static final int PROBE_BYTES = 64 * 1024;

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
  private final PeerPaces paces;
  private final Spreads spreads = new Spreads(System::nanoTime);
  private final AsideBudget asides = new AsideBudget();
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
    this.paces = new PeerPaces(health, System::nanoTime);
    this.watchdog = new Watchdog(() -> peers.values().forEach(PeerConnections::sweep)).start();
  }

  public PeerCounters counters() {
    return counters;
  }

  /** Which peers this client leaves alone at the moment. */
  public PeerHealth health() {
    return health;
  }

  /** Everyone who is asked last at the moment, with the reason. */
  public List<PeerHealth.LeftAlone> leftAlone() {
    List<PeerHealth.LeftAlone> all = new ArrayList<>(health.leftAlone());
    for (Liars.Liar liar : liars.all()) {
      if (liar.isLeftAlone()) {
        all.add(new PeerHealth.LeftAlone(liar.peer(), "sent wrong blocks", liar.sinceNanos()));
      }
    }
    return all;
  }

  /** Whether others are to be asked before this peer. */
  public boolean isLeftAlone(PeerAddress peer) {
    return health.isLeftAlone(peer) || liars.isLeftAlone(peer);
  }

  /** How many members beyond those that keep it may be asked for a block, as its owner said. */
  public int spreadOf(BlockRange range) {
    return spreads.of(range.key());
  }

  /**
   * The members of a line in the order to ask them for a block: of the first few, which are as good
   * as one another, those in the same zone come first, and of them whoever has fewer of our
   * requests, by chance where that is the same; then the others; then those who are left alone.
   *
   * @param equals how many at the front of the line keep the block
   */
  public List<Routes.Member> inOrder(List<Routes.Member> line, int equals, BlockRange range) {
    if (equals == 1 || line.size() < 2) {
      return wellFirst(line, range);
    }
    record Ranked(Routes.Member member, boolean isFar, int inFlight) {}
    List<Routes.Member> front = new ArrayList<>(line.subList(0, Math.min(equals, line.size())));
    Collections.shuffle(front, ThreadLocalRandom.current());
    List<Routes.Member> ordered =
        front.stream()
            .map(member -> new Ranked(member, !member.isNear(), inFlight(member)))
            .sorted(Comparator.comparing(Ranked::isFar).thenComparing(Ranked::inFlight))
            .map(Ranked::member)
            .collect(Collectors.toCollection(ArrayList::new));
    ordered.addAll(line.subList(front.size(), line.size()));
    return wellFirst(ordered, range);
  }

  /** This process is asked before all others: what is on its way to nobody costs nothing. */
  private int inFlight(Routes.Member member) {
    PeerConnections connections = peers.get(addressOf(member));
    return member.isSelf() ? -1 : connections == null ? 0 : connections.inUse();
  }

  /**
   * Puts those who are left alone at the end of a line. Now and then, beside the reader, a part of
   * what they would have been asked for is asked of them, to learn whether they are well again.
   */
  private List<Routes.Member> wellFirst(List<Routes.Member> line, BlockRange range) {
    List<Routes.Member> last = new ArrayList<>(0);
    for (Routes.Member member : line) {
      if (!member.isSelf() && isLeftAlone(addressOf(member))) {
        last.add(member);
      }
    }
    if (last.isEmpty() || last.size() == line.size()) {
      return line; // When nobody else is there, the reader itself is the try.
    }
    last.forEach(member -> probeIfDue(addressOf(member), range));
    List<Routes.Member> ordered = new ArrayList<>(line);
    ordered.removeAll(last);
    ordered.addAll(last);
    return ordered;
  }

  /** Where a member's blocks are asked for. */
  public static PeerAddress addressOf(Routes.Member member) {
    return new PeerAddress(member.host(), member.blockPort());
  }

  private void probeIfDue(PeerAddress peer, BlockRange range) {
    if (isClosed || liars.isLeftAlone(peer) || !health.mayAsk(peer)) {
      return;
    }
    counters.probes.increment();
    int bytes = Math.min(range.length(), PROBE_BYTES);
    BlockRange part = new BlockRange(range.version(), range.blockIndex(), range.offset(), bytes);
    ReadScope scope =
        new ReadScope(
            ReadScope.newTraceId(),
            TrafficClass.READ, // As its readers are served, or the try would say nothing of that.
            System.nanoTime() + settings.silence().multipliedBy(2).toNanos());
    Thread.ofVirtual()
        .name("probe-" + peer)
        .start(
            () -> {
              try {
                askNow(
                    new Question(peer, BlockWire.Kind.PEEK, List.of(), ""),
                    part,
                    new Discarded(),
                    scope);
              } catch (IOException e) {
                throw new IllegalStateException("bytes that nobody reads are never refused", e);
              }
            });
  }

  /** Takes bytes that nobody reads. */
  private static final class Discarded implements ByteSink {
    private final ByteBuffer room = ByteBuffer.allocate(PROBE_BYTES);

    @Override
    public ByteBuffer claim(int maxBytes) {
      return room.clear().limit(Math.min(maxBytes, PROBE_BYTES));
    }

    @Override
    public void commit(int bytes, Rung rung) {}
  }

  /** What blocks must be, for opens to add to: what is known there is proved here. */
  public KnownManifests manifests() {
    return manifests;
  }

  /** Which peers sent blocks that the manifest contradicts. */
  public Liars liars() {
    return liars;
  }

  /**
   * Whom to ask for a block, and how.
   *
   * @param others that may have the block too, in the order to ask; while the peer is late they are
   *     asked whether they do, and are read from then. Empty: the peer is waited for
   * @param ringFingerprint of the ring that named this peer, empty when there is none
   * @param asker in whose place it is asked
   */
  public record Question(
      PeerAddress peer,
      BlockWire.Kind kind,
      List<PeerAddress> others,
      String ringFingerprint,
      BlockWire.Asker asker) {

    /** Of a reader. */
    public Question(
        PeerAddress peer, BlockWire.Kind kind, List<PeerAddress> others, String ringFingerprint) {
      this(peer, kind, others, ringFingerprint, BlockWire.Asker.READER);
    }
  }

  /** A peer as a rung of the ladder. */
  public BlockSource source(Question question) {
    return (range, sink, scope) -> read(question, range, sink, scope);
  }

  /** Reads a range from one peer, as {@link #read(Question, BlockRange, ByteSink, ReadScope)}. */
  public Answer read(
      PeerAddress peer,
      BlockWire.Kind kind,
      BlockRange range,
      ByteSink sink,
      ReadScope scope,
      String ringFingerprint)
      throws IOException {
    return read(new Question(peer, kind, List.of(), ringFingerprint), range, sink, scope);
  }

  /**
   * Reads a range from one peer. A kept connection that turns out to be closed is replaced once;
   * bytes that fail their checksum are asked for once more; anything else that goes wrong is {@link
   * Answer.Failed}, with what was committed before standing.
   *
   * @throws IOException only what the sink throws
   */
  public Answer read(Question question, BlockRange range, ByteSink sink, ReadScope scope)
      throws IOException {
    asides.read();
    Answer answer = ask(question, range, sink, scope);
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

  private Answer ask(Question question, BlockRange range, ByteSink sink, ReadScope scope)
      throws IOException {
    Answer no = whyNotToAsk(question.peer(), scope);
    return no != null ? no : askNow(question, range, sink, scope);
  }

  private Answer askNow(Question question, BlockRange range, ByteSink sink, ReadScope scope)
      throws IOException {
    PeerConnections connections = connectionsTo(question.peer());
    Answer no = enter(question.peer(), connections, scope);
    if (no != null) {
      return no;
    }
    try {
      return new Attempts(question, range, sink, scope, connections).run();
    } finally {
      connections.leave();
    }
  }

  /** Whether a peer says that it has the block. */
  private boolean isThere(PeerAddress peer, BlockRange range, ReadScope scope) {
    PeerConnections connections = connectionsTo(peer);
    if (whyNotToAsk(peer, scope) != null || enter(peer, connections, scope) != null) {
      return false;
    }
    try {
      PeerConnection connection = connections.take(scope);
      BlockExchange exchange =
          exchange(peer, connection, new Delivery(range, new Discarded(), counters), scope);
      connection.begin(scope);
      try {
        return exchange.isThere(isMember);
      } finally {
        finish(connections, connection, exchange);
      }
    } catch (PeerFault fault) {
      return false;
    } finally {
      connections.leave();
    }
  }

  private BlockExchange exchange(
      PeerAddress peer, PeerConnection connection, Delivery delivery, ReadScope scope) {
    return new BlockExchange(
        peer, connection, delivery, scope, counters, credentials, manifestCheck, paces);
  }

  private static void finish(
      PeerConnections connections, PeerConnection connection, BlockExchange exchange) {
    connection.end();
    if (exchange.mayBeKept()) {
      connections.keep(connection);
    } else {
      connection.close();
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
    if (!health.isSlow(peer) && !health.mayAsk(peer)) {
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
    private final Question question;
    private final PeerAddress peer;
    private final BlockRange range;
    private final ByteSink sink;
    private final ReadScope scope;
    private final PeerConnections connections;
    private final Delivery delivery;
    private volatile @Nullable PeerAddress foundAt;
    private boolean isSuspect;
    private boolean wasStale;
    private boolean hasLagged;

    Attempts(
        Question question,
        BlockRange range,
        ByteSink sink,
        ReadScope scope,
        PeerConnections connections) {
      this.question = question;
      this.peer = question.peer();
      this.range = range;
      this.sink = sink;
      this.scope = scope;
      this.connections = connections;
      this.delivery = new Delivery(range, sink, counters);
    }

    Answer run() throws IOException {
      while (true) {
        try {
          return afterPartial(attempt());
        } catch (PeerFault fault) {
          PeerAddress other = foundAt;
          if (fault.kind() == PeerFault.Kind.ELSEWHERE && other != null) {
            return fromElsewhere(other);
          }
          Answer end = delivery.isComplete() ? new Answer.Complete() : answerTo(fault);
          if (end != null) {
            return end;
          }
        }
      }
    }

    private Answer attempt() throws PeerFault, IOException {
      PeerConnection connection = wasStale ? connections.takeNew(scope) : connections.take(scope);
      BlockExchange exchange = exchange(peer, connection, delivery, scope);
      boolean hasOthers = !question.others().isEmpty();
      connection.begin(scope);
      if (hasOthers) {
        connection.lookAside(aside(connection));
      }
      try {
        Answer answer = exchange.run(question, isMember, isSuspect, hasOthers);
        health.answered(peer);
        spreads.said(range.key(), exchange.spread());
        tellOfOtherRing(peer, exchange.ring(), question.ringFingerprint());
        return answer;
      } catch (PeerFault fault) {
        if (fault.kind() == PeerFault.Kind.ELSEWHERE) {
          paces.waited(peer, exchange.sinceSentNanos(), 0, 0);
        }
        throw fault;
      } finally {
        finish(connections, connection, exchange);
      }
    }

    private Aside aside(PeerConnection connection) {
      return new Aside(
          System.nanoTime() + paces.patienceNanos(peer),
          aside -> {
            PeerAddress other = whoElseHasIt();
            foundAt = other;
            if (other != null && aside.leaves()) {
              connection.close();
            }
          });
    }

    private @Nullable PeerAddress whoElseHasIt() {
      for (PeerAddress other : question.others()) {
        if (!isLeftAlone(other) && asides.allowsOne()) {
          counters.asides.increment();
          if (isThere(other, range, scope)) {
            return other;
          }
        }
      }
      return null;
    }

    /** From whom a late peer was left for; when that fails too, the line goes on. */
    private Answer fromElsewhere(PeerAddress other) throws IOException {
      counters.leftLate.increment();
      Question peek =
          new Question(other, BlockWire.Kind.PEEK, List.of(), question.ringFingerprint());
      BlockRange rest = range.after(delivery.next() - range.offset());
      Answer answer = ask(peek, rest, sink, scope);
      return answer instanceof Answer.Complete
          ? answer
          : new Answer.Failed(peer + " was late, and " + other + ": " + answer);
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
          health.failed(peer, String.valueOf(fault.getMessage()));
        }
        case MANIFEST -> {
          if (!isSuspect) {
            isSuspect = true;
            return null;
          }
          // Charged where it was found; what else it has may be right.
        }
        case BROKEN -> health.failed(peer, String.valueOf(fault.getMessage()));
        case SILENT -> {
          counters.silences.increment();
          health.silent(peer, String.valueOf(fault.getMessage()));
          connections.silent();
        }
        case SLOW -> counters.leftSlow.increment();
        case ELSEWHERE, GIVEN_UP -> {}
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
