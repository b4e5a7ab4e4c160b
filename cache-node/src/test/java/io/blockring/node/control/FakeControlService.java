package io.blockring.node.control;

import io.blockring.client.Namespace;
import io.blockring.client.cluster.BlockChecksums;
import io.blockring.client.cluster.FilledBlock;
import io.blockring.client.cluster.OfferAnswer;
import io.blockring.client.cluster.OfferedBlock;
import io.blockring.client.cluster.Resolved;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.manifest.Manifest;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.OriginException;
import io.blockring.node.store.KeepAction;
import io.blockring.node.store.KeepCounts;
import io.blockring.wire.v1.FigureSample;
import io.blockring.wire.v1.Figures;
import io.blockring.wire.v1.Warmup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * A node with one mount. Keys say what happens to them: {@code missing}, {@code denied}, {@code
 * throttled}, {@code weak}, {@code crash}; any other has 7 bytes.
 */
public final class FakeControlService implements ControlService, FiguresService {
  public static final Namespace.Mount MOUNT =
      new Namespace.Mount("models", MountId.of("s3://b", "", 4 << 20, "auto"), 4 << 20);

  /** Of the key {@code proved}: of two blocks the second is known. */
  public static final Manifest MANIFEST = new Manifest(new int[] {0, 42}, known(1));

  private final List<ReadScope> scopes = new ArrayList<>();
  private final List<BlockChecksums> reports = new ArrayList<>();

  /** The scopes of opens, in order. */
  public synchronized List<ReadScope> scopes() {
    return List.copyOf(scopes);
  }

  @Override
  public List<Namespace.Mount> mounts() {
    return List.of(MOUNT);
  }

  @Override
  public synchronized Resolved open(
      Namespace.Mount mount, String key, Namespace.Intent intent, boolean isFresh, ReadScope scope)
      throws OriginException {
    scopes.add(scope);
    Identity identity = new Identity(Identity.Kind.ETAG, "\"" + intent + isFresh + "\"");
    return switch (key) {
      case "missing" -> throw new OriginException(OriginException.Kind.NOT_FOUND, "no key");
      case "denied" -> throw new OriginException(OriginException.Kind.DENIED, "bucket b: 403");
      case "throttled" ->
          throw new OriginException(
              OriginException.Kind.THROTTLED, "503", Duration.ofSeconds(3), null);
      case "crash" -> throw new IllegalStateException("crashed");
      case "weak" -> new Resolved(new ObjectMetadata(null, 7, 5, "W/\"x\"", ""), Duration.ZERO);
      case "proved" ->
          new Resolved(
              new ObjectMetadata(identity, 7 << 20, 5, identity.value(), ""),
              Duration.ZERO,
              MANIFEST);
      case "slow" -> {
        awaitLongerThanSilence();
        yield new Resolved(
            new ObjectMetadata(identity, 7, 5, identity.value(), "text/plain"), Duration.ZERO);
      }
      default ->
          new Resolved(
              new ObjectMetadata(identity, 7, 5, identity.value(), "text/plain"),
              Duration.ofSeconds(30));
    };
  }

  /**
   * Real time, because what it outlasts is measured in real time: the caller's patience with a
   * silent node.
   */
  private static void awaitLongerThanSilence() {
    LockSupport.parkNanos(Duration.ofMillis(3_500).toNanos());
  }

  @Override
  public ListPage list(
      Namespace.Mount mount,
      String prefix,
      String delimiter,
      String startAfter,
      int maxKeys,
      ReadScope scope)
      throws OriginException {
    if (prefix.equals("denied")) {
      throw new OriginException(OriginException.Kind.DENIED, "list of b: 403");
    }
    return new ListPage(
        List.of(
            new ListPage.Entry(prefix + "a", false, 7, "\"e\"", 5),
            new ListPage.Entry(prefix + "d" + delimiter, true, 0, "", 0)),
        startAfter.isEmpty() ? prefix + "d" : "");
  }

  @Override
  public RoaringBitmap residency(Version version) {
    return RoaringBitmap.bitmapOf(0, 2, 100_000);
  }

  private static BitSet known(int block) {
    BitSet known = new BitSet();
    known.set(block);
    return known;
  }

  /** Reported blocks, in order. */
  public synchronized List<BlockChecksums> reports() {
    return List.copyOf(reports);
  }

  @Override
  public synchronized Set<MountId> report(String fromMember, List<BlockChecksums> filled) {
    reports.addAll(filled);
    return Set.of(MOUNT.id());
  }

  @Override
  public int drop(Version version) {
    return version.blockCount();
  }

  @Override
  public KeepCounts keep(Version version, RoaringBitmap blocks, KeepAction action) {
    return new KeepCounts(blocks.getCardinality(), 7, 1, 2, action + " of " + version.size());
  }

  @Override
  public KeepCounts unpinAll() {
    return new KeepCounts(9, 0, 0, 0, "");
  }

  /** Instead of what {@link #take} answers by itself. */
  public volatile @Nullable BiFunction<String, List<OfferedBlock>, OfferAnswer> taking;

  /** Has the first block already, and takes the others. */
  @Override
  public OfferAnswer take(String fromMember, List<OfferedBlock> blocks) {
    BiFunction<String, List<OfferedBlock>, OfferAnswer> other = taking;
    if (other != null) {
      return other.apply(fromMember, blocks);
    }
    List<OfferAnswer.Outcome> outcomes =
        new ArrayList<>(Collections.nCopies(blocks.size(), OfferAnswer.Outcome.MOVED));
    outcomes.set(0, OfferAnswer.Outcome.HAD);
    return new OfferAnswer(outcomes, fromMember + " offered " + blocks.getLast());
  }

  @Override
  public void learn(byte[] versions) {}

  @Override
  public void fill(
      Version version, List<Integer> blocks, ReadScope scope, Consumer<FilledBlock> onBlock) {
    for (int block : blocks) {
      onBlock.accept(
          block == 1
              ? new FilledBlock(block, FilledBlock.Outcome.NO_SPACE, "full")
              : new FilledBlock(block, FilledBlock.Outcome.FETCHED, ""));
    }
  }

  /** One sample whose age is the window that was asked for. */
  @Override
  public Figures figures(Duration window) {
    return Figures.newBuilder()
        .addSamples(FigureSample.newBuilder().setAgeMillis(window.toMillis()).setSsdBytes(7))
        .build();
  }

  @Override
  public Warmup cancelWarmup(String id) {
    if (id.equals("missing")) {
      throw new IllegalArgumentException("no warm-up 'missing'");
    }
    return Warmup.newBuilder().setId(id).setState("cancelled").build();
  }
}
