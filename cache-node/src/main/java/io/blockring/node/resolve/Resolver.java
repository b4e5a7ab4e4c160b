package io.blockring.node.resolve;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blockring.client.Namespace.Intent;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginException;
import io.blockring.mirror.StandIn;
import io.blockring.node.fill.Fills;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Knows the current versions of the keys whose block 0 this node owns. Answers are remembered for
 * the mount's freshness; however many ask for one key at once, the bucket is asked once.
 *
 * <p>A key nobody knows costs one request: an unconditional GET of its first block, whose header
 * tells the version and whose body is filled while the answer already travels. A known key is asked
 * again with HEAD.
 */
public final class Resolver {

  /**
   * One mount, as far as resolving needs it.
   *
   * @param origin whose versions count: of a mirror the source region
   * @param rung of the origin's bytes
   * @param standIn of a mirror; else null
   */
  public record Mounted(
      Origin origin, int blockBytes, Freshness freshness, Rung rung, @Nullable StandIn standIn) {

    /** A mount without a source region. */
    public Mounted(Origin origin, int blockBytes, Freshness freshness) {
      this(origin, blockBytes, freshness, Rung.ORIGIN, null);
    }

    /** Whether one request for metadata and first bytes beats asking for metadata alone. */
    boolean isAskedWithBytes() {
      return standIn == null || !standIn.hasCopies();
    }
  }

  /**
   * @param isRestored known from before a restart: old, but enough to ask with HEAD
   */
  private record Known(Resolution resolution, long askedNanos, boolean isRestored) {}

  private static final int MOST_KEYS = 200_000;
  private static final int KEYS_IN_PIECE = 1_000;

  private final Fills fills;
  private final Duration originDeadline;
  private final LongSupplier nanoTime;
  private final Cache<ObjectName, Known> known =
      Caffeine.newBuilder().maximumSize(MOST_KEYS).build();
  private final LongAdder answers = new LongAdder();
  private volatile long savedAnswers;
  private volatile Predicate<ObjectName> mayBeHeld = name -> false;
  private final ConcurrentMap<ObjectName, CompletableFuture<Resolution>> asking =
      new ConcurrentHashMap<>();

  /**
   * @param originDeadline how long the bucket may take, whatever the readers' deadlines
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  public Resolver(Fills fills, Duration originDeadline, LongSupplier nanoTime) {
    this.fills = fills;
    this.originDeadline = originDeadline;
    this.nanoTime = nanoTime;
  }

  /**
   * Resolves a key.
   *
   * @param isFresh ask the bucket whatever the freshness says
   */
  public Resolution resolve(
      ObjectName name, Mounted mount, Intent intent, boolean isFresh, ReadScope scope) {
    boolean mustAsk = isFresh || mount.freshness().ttl().isZero();
    Known before = known.getIfPresent(name);
    if (!mustAsk && before != null && !before.isRestored() && isFresh(before, mount.freshness())) {
      return before.resolution();
    }
    if (mustAsk) {
      // Joining a question asked earlier could answer with what was true before this caller asked.
      CompletableFuture<Resolution> own = new CompletableFuture<>();
      askApart(name, mount, intent, before, scope, own, () -> {});
      return await(own, name, scope);
    }
    CompletableFuture<Resolution> mine = new CompletableFuture<>();
    CompletableFuture<Resolution> others = asking.putIfAbsent(name, mine);
    if (others != null) {
      return await(others, name, scope);
    }
    // Whoever asked before may have been told between the look at what is known and this turn.
    Known meanwhile = known.getIfPresent(name);
    if (meanwhile != null
        && meanwhile != before
        && !meanwhile.isRestored()
        && isFresh(meanwhile, mount.freshness())) {
      asking.remove(name, mine);
      mine.complete(meanwhile.resolution());
      return meanwhile.resolution();
    }
    // Taken off the map before it is told, so that nobody who asks after the telling joins it.
    askApart(name, mount, intent, before, scope, mine, () -> asking.remove(name, mine));
    return await(mine, name, scope);
  }

  /**
   * Asks on a thread of its own: a reader who leaves does not break the question.
   *
   * @param beforeTelling runs when it is over, before anybody is told
   */
  private void askApart(
      ObjectName name,
      Mounted mount,
      Intent intent,
      @Nullable Known before,
      ReadScope scope,
      CompletableFuture<Resolution> answer,
      Runnable beforeTelling) {
    Thread.ofVirtual()
        .name("resolve-" + scope.traceId())
        .start(
            () -> {
              try {
                Resolution told = ask(name, mount, intent, before, scope);
                beforeTelling.run();
                answer.complete(told);
              } catch (Throwable e) {
                beforeTelling.run();
                answer.completeExceptionally(e);
                throw e;
              }
            });
  }

  /**
   * Takes up what the resolver of this node knew before a restart.
   *
   * @throws IOException when the file cannot be used: nothing is taken from it then
   */
  public void restore(Path file) throws IOException {
    for (KnownVersions.Entry entry : KnownVersions.load(file)) {
      Resolution old = new Resolution.Found(null, entry.metadata());
      known.put(entry.name(), new Known(old, 0, true));
    }
  }

  /**
   * Takes up what another node's resolver knew of keys that this one resolves now.
   *
   * @param versions see {@link #known}
   * @throws IOException when they cannot be read: nothing is taken then
   */
  public void learn(byte[] versions) throws IOException {
    for (KnownVersions.Entry entry : KnownVersions.decode(versions, "offered versions")) {
      Resolution old = new Resolution.Found(null, entry.metadata());
      known.asMap().putIfAbsent(entry.name(), new Known(old, 0, true));
    }
  }

  /**
   * What is known of some keys, for those that resolve them now to {@link #learn}.
   *
   * @param resolver of a key; null for one that is none of them
   * @return in pieces of at most 1,000 keys, by resolver
   */
  public <T> Map<T, List<byte[]>> known(Function<ObjectName, @Nullable T> resolver)
      throws IOException {
    Map<T, List<KnownVersions.Entry>> open = new HashMap<>();
    Map<T, List<byte[]>> pieces = new HashMap<>();
    for (Map.Entry<ObjectName, Known> one : known.asMap().entrySet()) {
      @Nullable T to = resolver.apply(one.getKey());
      if (to != null && one.getValue().resolution() instanceof Resolution.Found found) {
        List<KnownVersions.Entry> piece = open.computeIfAbsent(to, t -> new ArrayList<>());
        piece.add(new KnownVersions.Entry(one.getKey(), found.metadata()));
        if (piece.size() == KEYS_IN_PIECE) {
          pieces.computeIfAbsent(to, t -> new ArrayList<>()).add(KnownVersions.encode(piece));
          piece.clear();
        }
      }
    }
    for (Map.Entry<T, List<KnownVersions.Entry>> last : open.entrySet()) {
      pieces
          .computeIfAbsent(last.getKey(), t -> new ArrayList<>())
          .add(KnownVersions.encode(last.getValue()));
    }
    return pieces;
  }

  /**
   * Names keys whose first block somebody else may have: of these the bucket is asked for the
   * metadata alone, although nobody knows them here.
   */
  public void firstBlocksMayBeHeld(Predicate<ObjectName> isMaybeHeld) {
    mayBeHeld = isMaybeHeld;
  }

  /**
   * What {@link #restore} takes up, as the bytes of a file; null when nothing has changed since the
   * last time.
   */
  public byte @Nullable [] snapshot() throws IOException {
    long now = answers.sum();
    if (now == savedAnswers) {
      return null;
    }
    savedAnswers = now;
    List<KnownVersions.Entry> entries = new ArrayList<>();
    known
        .asMap()
        .forEach(
            (name, entry) -> {
              if (entry.resolution() instanceof Resolution.Found found) {
                entries.add(new KnownVersions.Entry(name, found.metadata()));
              }
            });
    return KnownVersions.encode(entries);
  }

  /** Keys remembered now, about. */
  public long knownKeys() {
    return known.estimatedSize();
  }

  private boolean isFresh(Known entry, Freshness freshness) {
    Duration limit =
        entry.resolution() instanceof Resolution.Missing ? freshness.ofAbsence() : freshness.ttl();
    return nanoTime.getAsLong() - entry.askedNanos() < limit.toNanos();
  }

  private Resolution ask(
      ObjectName name, Mounted mount, Intent intent, @Nullable Known before, ReadScope scope) {
    // Counted from before the question: the answer may have been true only then.
    long askedNanos = nanoTime.getAsLong();
    long deadlineNanos = System.nanoTime() + originDeadline.toNanos();
    boolean isCold = before == null || !(before.resolution() instanceof Resolution.Found);
    if (mount.standIn() != null && mount.standIn().isSourceDown()) {
      Resolution instead = standIn(name, mount, before, deadlineNanos);
      if (instead != null) {
        return instead;
      }
    }
    Resolution resolution;
    try {
      resolution =
          intent == Intent.READ && isCold && mount.isAskedWithBytes() && !mayBeHeld.test(name)
              ? getFirst(name, mount, deadlineNanos, scope)
              : found(name, mount, mount.origin().head(name.key(), deadlineNanos));
    } catch (OriginException e) {
      if (mount.standIn() != null && mount.standIn().mayAnswer(e.kind())) {
        Resolution instead = standIn(name, mount, before, deadlineNanos);
        if (instead != null) {
          return instead;
        }
      }
      resolution =
          e.kind() == OriginException.Kind.NOT_FOUND
              ? new Resolution.Missing()
              : new Resolution.Trouble(
                  e.kind(),
                  e.getMessage() == null ? e.kind().toString() : e.getMessage(),
                  e.retryAfter());
    }
    if (!(resolution instanceof Resolution.Trouble)) {
      answers.increment();
      remember(name, new Known(resolution, askedNanos, false));
    }
    return resolution;
  }

  /**
   * An answer in place of a source that cannot be asked: what is known here, however old, else what
   * the own bucket's copy says, unless the source said last that the key is gone. Never remembered,
   * so that the source is believed again as soon as it answers.
   *
   * @return null when there is none; that a key is missing is never answered here
   */
  private static @Nullable Resolution standIn(
      ObjectName name, Mounted mount, @Nullable Known before, long deadlineNanos) {
    StandIn standIn = mount.standIn();
    boolean wasMissing = before != null && before.resolution() instanceof Resolution.Missing;
    if (standIn == null || wasMissing || !standIn.isWithinLimit()) {
      return null;
    }
    ObjectMetadata metadata =
        before != null && before.resolution() instanceof Resolution.Found found
            ? found.metadata()
            : standIn.recorded(name.key(), deadlineNanos);
    if (metadata == null) {
      return null;
    }
    standIn.answered();
    return found(name, mount, metadata);
  }

  /** Of two answers the one asked later stays, whichever comes first. */
  private void remember(ObjectName name, Known answer) {
    known
        .asMap()
        .merge(
            name, answer, (old, fresh) -> old.askedNanos() - fresh.askedNanos() > 0 ? old : fresh);
  }

  private Resolution getFirst(ObjectName name, Mounted mount, long deadlineNanos, ReadScope scope)
      throws OriginException {
    Origin origin = mount.origin().askedFor(scope.forWhom());
    Origin.Body body;
    try {
      body = origin.getFirst(name.key(), mount.blockBytes(), deadlineNanos);
    } catch (OriginException e) {
      if (e.kind() == OriginException.Kind.THROTTLED && !e.isOfOrigin()) {
        // There are no bytes to be had now, but the version is known by its metadata too.
        return found(name, mount, origin.head(name.key(), deadlineNanos));
      }
      throw e;
    }
    Resolution.Found found = found(name, mount, body.metadata());
    Version version = found.version();
    if (version == null || version.size() == 0) {
      body.close();
    } else {
      fills.adopt(version, body, mount.rung(), scope);
    }
    return found;
  }

  private static Resolution.Found found(ObjectName name, Mounted mount, ObjectMetadata metadata) {
    Version version =
        metadata.identity() == null
            ? null
            : new Version(name, metadata.identity(), metadata.size(), mount.blockBytes());
    return new Resolution.Found(version, metadata);
  }

  private static Resolution await(
      CompletableFuture<Resolution> answer, ObjectName name, ReadScope scope) {
    try {
      return answer.get(scope.remainingMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return trouble(
          "the bucket has not said which version of " + name + " is current before the deadline");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return trouble("interrupted while asking for " + name);
    } catch (ExecutionException e) {
      return trouble("asking for " + name + " broke: " + e.getCause());
    }
  }

  private static Resolution trouble(String reason) {
    return new Resolution.Trouble(OriginException.Kind.UNAVAILABLE, reason, Duration.ZERO);
  }
}
