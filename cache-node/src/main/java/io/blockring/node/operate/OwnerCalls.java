package io.blockring.node.operate;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlClient;
import io.blockring.client.cluster.ControlException;
import io.blockring.client.cluster.FilledBlock;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import io.blockring.node.control.ControlService;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.Member;
import io.blockring.node.store.KeepAction;
import io.blockring.node.store.KeepCounts;
import io.blockring.warmup.FillResult;
import io.blockring.warmup.WarmupCluster;
import io.blockring.wire.v1.KeepBlocksReply;
import io.blockring.wire.v1.KeepBlocksRequest;
import io.blockring.wire.v1.Warmup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * The cluster as a warm-up needs it: owners are asked over the control port, this node directly.
 */
public final class OwnerCalls implements WarmupCluster {
  private static final int PAGE = 1_000;

  /** Owns what has no owner: asking it fails, so a warm-up tries again and then says so. */
  private static final String NOBODY = "nobody";

  private final Cluster cluster;
  private final Routes routes;
  private final ControlClient control;
  private final ControlService self;
  private final Namespace namespace;

  public OwnerCalls(
      Cluster cluster,
      Routes routes,
      ControlClient control,
      ControlService self,
      Namespace namespace) {
    this.cluster = cluster;
    this.routes = routes;
    this.control = control;
    this.self = self;
    this.namespace = namespace;
  }

  @Override
  public ListPage list(String prefix, String startAfter, ReadScope scope) throws ReadException {
    MountedPath path = MountedPath.of(namespace, prefix);
    String after = startAfter.isEmpty() ? "" : MountedPath.of(namespace, startAfter).key();
    ListPage page = namespace.list(path.mount(), path.key(), "", after, PAGE, scope);
    List<ListPage.Entry> entries =
        page.entries().stream()
            .filter(entry -> !entry.name().endsWith("/"))
            .map(path::withFullName)
            .toList();
    String next = page.isLast() ? "" : path.full(page.nextStartAfter());
    return new ListPage(entries, next);
  }

  @Override
  public OpenObject open(String path, ReadScope scope) throws ReadException {
    MountedPath mounted = MountedPath.of(namespace, path);
    return namespace.open(mounted.mount(), mounted.key(), Namespace.Intent.READ, scope);
  }

  @Override
  public String owner(Version version, int block) {
    List<Routes.Member> line = routes.candidates(version.placement().hash(block));
    return line.isEmpty() ? NOBODY : line.getFirst().id();
  }

  @Override
  public List<FillResult> fill(
      String member, Version version, List<Integer> blocks, ReadScope scope) throws ReadException {
    List<FillResult> results = new ArrayList<>();
    Consumer<FilledBlock> collect =
        filled ->
            results.add(
                new FillResult(
                    filled.index(),
                    FillResult.Outcome.valueOf(filled.outcome().name()),
                    filled.reason()));
    try {
      if (isSelf(member)) {
        self.fill(version, blocks, scope, collect);
      } else {
        control.fill(address(member), version, blocks, scope, collect);
      }
    } catch (ControlException e) {
      if (results.isEmpty()) {
        throw unavailable(member, e);
      }
      // What ended before the call broke did end; the warm-up asks for the others again.
    }
    return results;
  }

  @Override
  public BitSet residency(Version version, ReadScope scope) throws ReadException {
    Map<String, RoaringBitmap> held = new HashMap<>();
    BitSet resident = new BitSet();
    for (int block = 0; block < version.blockCount(); block++) {
      String owner = owner(version, block);
      if (!held.containsKey(owner)) {
        held.put(owner, residencyOf(owner, version, scope));
      }
      if (held.get(owner).contains(block)) {
        resident.set(block);
      }
    }
    return resident;
  }

  /** The blocks of a version that one member holds, whether it owns them or not. */
  RoaringBitmap residencyOf(String member, Version version, ReadScope scope) throws ReadException {
    try {
      return isSelf(member)
          ? self.residency(version)
          : control.residency(address(member), version, Duration.ofMillis(scope.remainingMillis()));
    } catch (ControlException e) {
      throw unavailable(member, e);
    }
  }

  /** Does with blocks that a member holds what an operator asks. */
  KeepCounts keep(
      String member, Version version, RoaringBitmap blocks, KeepAction action, ReadScope scope)
      throws ReadException {
    if (isSelf(member)) {
      return self.keep(version, blocks, action);
    }
    try {
      KeepBlocksReply reply =
          control.keepBlocks(
              address(member),
              version,
              blocks,
              KeepBlocksRequest.Action.valueOf(action.name()),
              Duration.ofMillis(scope.remainingMillis()));
      return counts(reply);
    } catch (ControlException e) {
      throw unavailable(member, e);
    }
  }

  /** Lets every pin of a member go. */
  KeepCounts unpinAll(String member, ReadScope scope) throws ReadException {
    if (isSelf(member)) {
      return self.unpinAll();
    }
    try {
      Duration deadline = Duration.ofMillis(scope.remainingMillis());
      return counts(control.unpinAll(address(member), deadline));
    } catch (ControlException e) {
      throw unavailable(member, e);
    }
  }

  private static KeepCounts counts(KeepBlocksReply reply) {
    return new KeepCounts(
        reply.getDone(),
        reply.getDoneBytes(),
        reply.getAbsent(),
        reply.getRefused(),
        reply.getReason());
  }

  /** A warm-up that runs on another member. */
  Warmup cancelWarmup(String member, String id, Duration deadline) throws ControlException {
    return control.cancelWarmup(address(member), id, deadline);
  }

  private static ReadException unavailable(String member, ControlException e) {
    ReadException.Kind kind =
        e.kind() == ControlException.Kind.BUSY
            ? ReadException.Kind.BUSY
            : ReadException.Kind.UNAVAILABLE;
    return new ReadException(kind, member + ": " + e.getMessage(), Duration.ZERO, e);
  }

  private boolean isSelf(String member) {
    return cluster.view().selfId().equals(member);
  }

  private ControlAddress address(String id) throws ControlException {
    Member member =
        cluster
            .view()
            .member(id)
            .orElseThrow(
                () ->
                    new ControlException(
                        ControlException.Kind.UNAVAILABLE,
                        "member " + id + " left",
                        new IllegalStateException("no record")));
    return new ControlAddress(member.address().host(), member.address().controlPort());
  }
}
