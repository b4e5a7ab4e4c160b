package io.blockring.node.read;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.Climb;
import io.blockring.client.ladder.CountedSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.manifest.KnownManifests;
import io.blockring.client.memory.MemoryRung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.peer.BlockWire;
import io.blockring.node.fill.FillCounters;
import io.blockring.node.fill.FillSources;
import io.blockring.node.fill.Fills;
import io.blockring.node.store.BlockStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a node looks for bytes, in order. A router climbs memory → own SSD, or the owner → the next
 * owner → the bucket → the source region; an owner who lacks the block fills it from holders (peek)
 * → the bucket → the source region. Requests are never forwarded, so nothing loops.
 */
public final class NodeLadder implements BlockSource {
  /** How many members a router asks before the bucket: the owner and the two next in line. */
  private static final int MOST_MEMBERS = 3;

  private final MemoryRung memory;
  private final BlockStore store;
  private final StoreSource ownSsd;
  private final BlockSource ownFill;
  private final StoreSource ownSlot;
  private final Routes routes;
  private final PeerReads peers;
  private final MountTable mounts;
  private final Fills fills;
  private final FillCounters counters;

  public NodeLadder(
      MemoryRung memory,
      BlockStore store,
      Routes routes,
      PeerReads peers,
      MountTable mounts,
      KnownManifests manifests,
      FillLimits limits,
      FillCounters counters) {
    this.memory = memory;
    this.store = store;
    this.ownSlot = new StoreSource(store);
    this.routes = routes;
    this.peers = peers;
    this.mounts = mounts;
    this.counters = counters;
    this.fills = new Fills(limits.budget(), store, this::fillSources, limits.limits(), counters);
    this.ownFill = fills.asSource(ownSlot);
    this.ownSsd = new StoreSource(store, fills::rungOfResident, manifests);
  }

  /** The budget that fills draw on, and their bounds. */
  public record FillLimits(io.blockring.client.memory.ByteBudget budget, Fills.Limits limits) {}

  @Override
  public Answer read(BlockRange range, ByteSink sink, ReadScope scope) throws IOException {
    MountTable.Bound mount = mounts.of(range.version());
    if (mounts.isBypassed(mount)) {
      return direct(range, sink, scope);
    }
    return store.contains(range.key())
        ? climb(range, sink, scope)
        : memory.read(this::climb, range, sink, scope);
  }

  private Answer climb(BlockRange range, ByteSink sink, ReadScope scope) throws IOException {
    Climb climb = new Climb(range, sink, scope);
    if (climb.settles("own SSD", ownSsd)) {
      return climb.answer();
    }
    List<Routes.Member> line = line(range);
    for (int i = 0; i < line.size(); i++) {
      Routes.Member member = line.get(i);
      List<Routes.Member> others = line.subList(i + 1, line.size());
      boolean isSettled =
          member.isSelf()
              ? climb.settles("own fill", ownFill)
              : climb.settles(
                  member.id(), (rest, room, own) -> peers.read(member, others, rest, room, own));
      if (isSettled) {
        return climb.answer();
      }
    }
    counters.onDuplicate();
    climb.settles("bucket", this::direct);
    return climb.answer();
  }

  /** Past all members: the bucket, then the source region; nothing is kept. */
  private Answer direct(BlockRange range, ByteSink sink, ReadScope scope) throws IOException {
    CountedSink counted = new CountedSink(sink);
    try {
      Climb climb = new Climb(range, counted, scope);
      for (FillSources.Named bucket : mounts.of(range.version()).buckets()) {
        if (climb.settles(bucket.name(), bucket.source())) {
          break;
        }
      }
      return climb.answer();
    } finally {
      counters.onFetched(counted.deepest(), scope.trafficClass(), counted.delivered());
    }
  }

  /** Where an owner fills from. */
  private List<FillSources.Named> fillSources(BlockRange block, BlockWire.Asker asker) {
    MountTable.Bound mount = mounts.of(block.version());
    List<FillSources.Named> sources = new ArrayList<>();
    if (!mounts.isBypassed(mount)) {
      // Another fill may have ended meanwhile. Whoever waits for a disk did so before it filled.
      sources.add(new FillSources.Named("own SSD", ownSlot::readAtHand));
      Routes.Member filler = fillsFirst(block, mount.mount().replicas(), asker);
      if (filler != null) {
        sources.add(
            new FillSources.Named(
                "first owner " + filler.id(),
                (rest, room, own) -> peers.readToFill(filler, rest, room, own),
                true));
      }
      for (Routes.Member holder : routes.holders(block.placementHash())) {
        sources.add(
            new FillSources.Named(
                "holder " + holder.id(),
                (rest, room, own) -> peers.peek(holder, rest, room, own),
                true));
      }
    }
    sources.addAll(mount.buckets());
    return sources;
  }

  /**
   * Whom a member that keeps the block beside others, or was sent readers of it by its owner, asks
   * for it; null when it is for this one to look further.
   */
  private Routes.@Nullable Member fillsFirst(
      BlockRange block, int replicas, BlockWire.Asker asker) {
    if (asker == BlockWire.Asker.FILLER || (asker == BlockWire.Asker.READER && replicas == 1)) {
      return null;
    }
    List<Routes.Member> line = routes.candidates(block.placementHash(), replicas);
    List<Routes.Member> before = line.stream().takeWhile(member -> !member.isSelf()).toList();
    boolean isKeeper = before.size() < Math.min(replicas, line.size());
    boolean asks = !before.isEmpty() && (isKeeper || asker == BlockWire.Asker.SPREAD);
    return asks ? peers.inOrder(before, 1, block).getFirst() : null;
  }

  /** Whether this node is among the members that keep the block. */
  public boolean isKeeper(BlockRange block) {
    int replicas = mounts.of(block.version()).mount().replicas();
    return routes.candidates(block.placementHash(), replicas).stream()
        .limit(replicas)
        .anyMatch(Routes.Member::isSelf);
  }

  private List<Routes.Member> line(BlockRange range) {
    int replicas = mounts.of(range.version()).mount().replicas();
    List<Routes.Member> line =
        peers.inOrder(routes.candidates(range.placementHash(), replicas), replicas, range);
    return line.subList(0, Math.min(Math.max(MOST_MEMBERS, replicas + 1), line.size()));
  }

  /** The fills of this node, shared with the block port. */
  public Fills fills() {
    return fills;
  }
}
