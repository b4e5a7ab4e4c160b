package io.blockring.node.operate;

import io.blockring.client.Namespace;
import io.blockring.client.cluster.BlockChecksums;
import io.blockring.client.cluster.FilledBlock;
import io.blockring.client.cluster.OfferAnswer;
import io.blockring.client.cluster.OfferedBlock;
import io.blockring.client.cluster.Resolved;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.OriginException;
import io.blockring.node.control.ControlService;
import io.blockring.node.fill.FillEnd;
import io.blockring.node.fill.Fills;
import io.blockring.node.handoff.Takeover;
import io.blockring.node.host.HostPressure;
import io.blockring.node.manifest.Manifests;
import io.blockring.node.read.MountTable;
import io.blockring.node.resolve.Resolution;
import io.blockring.node.resolve.Resolver;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.KeepAction;
import io.blockring.node.store.KeepCounts;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.roaringbitmap.RoaringBitmap;

/**
 * What this node says on its control port, and to itself: by its own store, fills and resolver,
 * asking no other node.
 */
public final class OwnAnswers implements ControlService {
  private static final int FILLS_AT_ONCE = 8;
  private static final long BUSY_PAUSE_MILLIS = 100;

  private final MountTable mounts;
  private final BlockStore store;
  private final Fills fills;
  private final Resolver resolver;
  private final HostPressure pressure;
  private final Manifests manifests;
  private final VersionDrop drop;
  private final LongPredicate standsIn;
  private final Takeover takeover;

  /**
   * @param manifests of the keys that this node resolves
   * @param drop takes versions out of this node
   * @param standsIn whether the owner of a placement hash is another member
   * @param takeover takes blocks over from other members
   */
  public OwnAnswers(
      MountTable mounts,
      BlockStore store,
      Fills fills,
      Resolver resolver,
      HostPressure pressure,
      Manifests manifests,
      VersionDrop drop,
      Takeover takeover,
      LongPredicate standsIn) {
    this.standsIn = standsIn;
    this.takeover = takeover;
    this.manifests = manifests;
    this.drop = drop;
    this.mounts = mounts;
    this.store = store;
    this.fills = fills;
    this.resolver = resolver;
    this.pressure = pressure;
  }

  @Override
  public List<Namespace.Mount> mounts() {
    return mounts.mounts();
  }

  /** Resolves a key of one of this node's mounts. */
  public Resolved resolve(
      ObjectName name, Namespace.Intent intent, boolean isFresh, ReadScope scope)
      throws OriginException {
    MountTable.Bound mount = mounts.byId(name.mount());
    if (mount == null) {
      throw new OriginException(
          OriginException.Kind.NO_BUCKET, "this node has no mount " + name.mount());
    }
    // Where others keep the bytes too, who stands in for a resolver need not fetch them with the
    // key: they are here or at the next one.
    boolean isKept = mount.mount().replicas() > 1 && standsIn.test(name.placement().hash(0));
    Namespace.Intent needed = isKept ? Namespace.Intent.STAT : intent;
    return switch (resolver.resolve(name, mount.mounted(), needed, isFresh, scope)) {
      case Resolution.Found found ->
          new Resolved(
              found.metadata(),
              mount.freshness().ttl(),
              found.version() == null ? null : manifests.of(found.version()));
      case Resolution.Missing missing ->
          throw new OriginException(OriginException.Kind.NOT_FOUND, "no such key");
      case Resolution.Trouble trouble ->
          throw new OriginException(trouble.kind(), trouble.reason(), trouble.retryAfter(), null);
    };
  }

  @Override
  public Resolved open(
      Namespace.Mount mount, String key, Namespace.Intent intent, boolean isFresh, ReadScope scope)
      throws OriginException {
    return resolve(new ObjectName(mount.id(), key), intent, isFresh, scope);
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
    MountTable.Bound bound = mounts.byId(mount.id());
    if (bound == null) {
      throw new OriginException(
          OriginException.Kind.NO_BUCKET, "this node has no mount " + mount.name());
    }
    return bound
        .origin()
        .list(
            prefix,
            delimiter,
            startAfter.isEmpty() ? null : startAfter,
            maxKeys,
            scope.deadlineNanos());
  }

  @Override
  public OfferAnswer take(String fromMember, List<OfferedBlock> blocks) {
    return takeover.take(fromMember, blocks);
  }

  @Override
  public void learn(byte[] versions) {
    try {
      resolver.learn(versions);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public RoaringBitmap residency(Version version) {
    RoaringBitmap blocks = new RoaringBitmap();
    for (int block = 0; block < version.blockCount(); block++) {
      if (store.contains(version.block(block))) {
        blocks.add(block);
      }
    }
    return blocks;
  }

  @Override
  public Set<MountId> report(String fromMember, List<BlockChecksums> filled) {
    for (BlockChecksums one : filled) {
      Version version = one.version();
      MountTable.Bound mount = mounts.byId(version.name().mount());
      if (mount == null || mount.mount().blockBytes() != version.blockBytes()) {
        throw new IllegalArgumentException(
            "this node has no mount %s with blocks of %d bytes: its settings differ"
                .formatted(version.name().mount(), version.blockBytes()));
      }
    }
    return manifests.take(fromMember, filled);
  }

  @Override
  public int drop(Version version) {
    return drop.here(version);
  }

  @Override
  public KeepCounts keep(Version version, RoaringBitmap blocks, KeepAction action) {
    KeepCounts sum = KeepCounts.NONE;
    for (int block : blocks) {
      if (block < 0 || block >= version.blockCount()) {
        throw new IllegalArgumentException(
            "block " + block + " of " + version + ", which has " + version.blockCount());
      }
      sum = sum.plus(store.keep(action, version.block(block), version.name().mount()));
    }
    return sum;
  }

  @Override
  public KeepCounts unpinAll() {
    return store.unpinAll();
  }

  @Override
  public void fill(
      Version version, List<Integer> blocks, ReadScope scope, Consumer<FilledBlock> onBlock) {
    Semaphore turns = new Semaphore(FILLS_AT_ONCE);
    for (int block : blocks) {
      turns.acquireUninterruptibly();
      Thread.ofVirtual()
          .name("bring-in-" + scope.traceId())
          .start(
              () -> {
                try {
                  FilledBlock filled = one(version, block, scope);
                  synchronized (turns) {
                    onBlock.accept(filled);
                  }
                } finally {
                  turns.release();
                }
              });
    }
    turns.acquireUninterruptibly(FILLS_AT_ONCE);
  }

  private FilledBlock one(Version version, int block, ReadScope scope) {
    if (store.contains(version.block(block))) {
      return new FilledBlock(block, FilledBlock.Outcome.RESIDENT_BEFORE, "");
    }
    try {
      pressure.giveWay();
      while (true) {
        FillEnd end =
            fills
                .bringIn(version, block, scope)
                .get(scope.remainingMillis(), TimeUnit.MILLISECONDS);
        if (!(end.answer() instanceof Answer.Busy)
            || scope.remainingMillis() <= BUSY_PAUSE_MILLIS) {
          return told(block, end);
        }
        Thread.sleep(BUSY_PAUSE_MILLIS);
      }
    } catch (TimeoutException e) {
      return new FilledBlock(block, FilledBlock.Outcome.FAILED, "not in before the deadline");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new FilledBlock(block, FilledBlock.Outcome.FAILED, "interrupted");
    } catch (ExecutionException e) {
      return new FilledBlock(block, FilledBlock.Outcome.FAILED, String.valueOf(e.getCause()));
    }
  }

  private static FilledBlock told(int block, FillEnd end) {
    return switch (end.answer()) {
      case Answer.Complete complete ->
          end.isResident()
              ? new FilledBlock(block, FilledBlock.Outcome.FETCHED, "")
              : new FilledBlock(
                  block, FilledBlock.Outcome.NO_SPACE, "fetched, but the store did not keep it");
      case Answer.Changed changed ->
          new FilledBlock(block, FilledBlock.Outcome.CHANGED, changed.reason());
      case Answer.Absent absent ->
          new FilledBlock(block, FilledBlock.Outcome.FAILED, absent.reason());
      case Answer.Failed failed ->
          new FilledBlock(block, FilledBlock.Outcome.FAILED, failed.reason());
      case Answer.Busy busy -> new FilledBlock(block, FilledBlock.Outcome.FAILED, busy.reason());
      case Answer.OriginTrouble trouble ->
          new FilledBlock(
              block, FilledBlock.Outcome.FAILED, trouble.kind() + ": " + trouble.reason());
    };
  }
}
