package io.blockring.node.membership;

import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.roaringbitmap.RoaringBitmap;

/**
 * The cluster at one moment, as this node sees it: the ring that the members' records make, with
 * who is alive laid over it. Immutable; take one per request and keep to it.
 */
public final class ClusterView {
  /** How many members {@link #candidates} names: further ones are never worth their wait. */
  public static final int MAX_CANDIDATES = 4;

  private final String selfId;
  private final Ring ring;
  private final long epoch;
  private final List<Ring> previousRings;
  private final Map<String, RoaringBitmap> held;
  private final Map<String, Member> members;
  private final Map<String, Long> bypasses;

  ClusterView(
      String selfId,
      Ring ring,
      long epoch,
      List<Ring> previousRings,
      Map<String, RoaringBitmap> held,
      List<Member> members,
      Map<String, Long> bypasses) {
    this.selfId = selfId;
    this.ring = ring;
    this.epoch = epoch;
    this.previousRings = List.copyOf(previousRings);
    this.held = held;
    this.members = new LinkedHashMap<>();
    members.forEach(member -> this.members.put(member.id(), member));
    this.bypasses = Map.copyOf(bypasses);
  }

  public Ring ring() {
    return ring;
  }

  /** Counts this process's rings; other nodes count differently. */
  public long epoch() {
    return epoch;
  }

  public String selfId() {
    return selfId;
  }

  /** All members with a record, by id. */
  public List<Member> members() {
    return List.copyOf(members.values());
  }

  /** This node's weight among all members', 0 to 1; 1 while there is no weight at all. */
  public double shareOfSelf() {
    long all = 0;
    long own = 0;
    for (Member member : members.values()) {
      all += member.ringWeight();
      own += member.isSelf() ? member.ringWeight() : 0;
    }
    return all == 0 ? 1 : (double) own / all;
  }

  /** A member by id. */
  public Optional<Member> member(String id) {
    return Optional.ofNullable(members.get(id));
  }

  /**
   * Whom to send a {@code read} to, best first: the slot's owner, then along its failover walk;
   * members that are away or isolated are left out. At most {@link #MAX_CANDIDATES}; none when
   * nobody with weight is alive.
   *
   * @param placementHash see {@link io.blockring.client.namespace.Placement#hash}
   */
  public List<Member> candidates(long placementHash) {
    List<Member> alive = new ArrayList<>(MAX_CANDIDATES);
    for (RingMember next : ring.failoverWalk(ring.slotOf(placementHash))) {
      Member member = members.get(next.id());
      if (member != null && member.isAsked()) {
        alive.add(member);
        if (alive.size() == MAX_CANDIDATES) {
          break;
        }
      }
    }
    return alive;
  }

  /**
   * Like {@link #candidates(long)} for a mount of which several members keep each block: those in
   * front, the one that fills first, as {@link Ring#owners} names them.
   */
  public List<Member> candidates(long placementHash, int replicas) {
    if (replicas == 1) {
      return candidates(placementHash);
    }
    Set<Member> line = new LinkedHashSet<>();
    for (RingMember keeper : ring.owners(ring.slotOf(placementHash), replicas)) {
      Member member = members.get(keeper.id());
      if (member != null && member.isAsked()) {
        line.add(member);
      }
    }
    line.addAll(candidates(placementHash));
    return line.stream().limit(MAX_CANDIDATES).toList();
  }

  /** Whether the slot's owner by the ring is another member, be it away. */
  public boolean isStandIn(long placementHash) {
    Optional<RingMember> first = ring.ownerOf(ring.slotOf(placementHash));
    return first.isPresent() && !first.get().id().equals(selfId);
  }

  /** Whether bytes from a member stay in this node's zone. */
  boolean isNear(Member member) {
    Member self = members.get(selfId);
    return self == null || self.zone().equals(member.zone());
  }

  /** The first of {@link #candidates}: who fills this block and answers for this key now. */
  public Optional<Member> owner(long placementHash) {
    Optional<RingMember> first = ring.ownerOf(ring.slotOf(placementHash));
    Member owner = first.isEmpty() ? null : members.get(first.get().id());
    return owner != null && owner.isAsked()
        ? Optional.of(owner)
        : candidates(placementHash).stream().findFirst();
  }

  /** Whether this node is the {@link #owner}. */
  public boolean isOwner(long placementHash) {
    return owner(placementHash).map(Member::isSelf).orElse(false);
  }

  /**
   * Whom to {@code peek} at before the bucket is asked: members that say that they hold blocks of
   * the slot and do not own it, then those that owned it seconds ago and may not have said so yet.
   * Alive, not this node.
   */
  public List<Member> holders(long placementHash) {
    Set<Member> holders = new LinkedHashSet<>();
    int slot = ring.slotOf(placementHash);
    held.forEach(
        (id, slots) -> {
          if (slots.contains(slot)) {
            addHolder(id, holders);
          }
        });
    for (Ring previous : previousRings) {
      previous.ownerOf(slot).ifPresent(owner -> addHolder(owner.id(), holders));
    }
    return List.copyOf(holders);
  }

  private void addHolder(String id, Set<Member> holders) {
    Member member = members.get(id);
    if (member != null && member.isAsked() && !member.isSelf()) {
      holders.add(member);
    }
  }

  /** Slots that members may have blocks of and do not own, by member; read only. */
  public Map<String, RoaringBitmap> heldSlots() {
    return held;
  }

  /** Mounts whose reads go straight to the bucket, with the wall-clock time until which. */
  public Map<String, Long> bypasses() {
    return bypasses;
  }

  /** Whether reads of a mount go straight to its bucket at this wall-clock time. */
  public boolean isBypassed(String mount, long nowEpochMillis) {
    Long until = bypasses.get(mount);
    return until != null && until > nowEpochMillis;
  }

  /** Whether two views say the same; rings and held slots are compared by identity. */
  boolean saysTheSameAs(ClusterView other) {
    return ring == other.ring
        && previousRings.equals(other.previousRings)
        && held == other.held
        && members.equals(other.members)
        && bypasses.equals(other.bypasses);
  }
}
