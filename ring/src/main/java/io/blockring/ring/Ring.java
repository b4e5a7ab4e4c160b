package io.blockring.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.RoaringBitmapWriter;

/**
 * The table slot → owner for one set of member records, with the order of further members behind
 * every slot. The same parameters and members give the same ring in any process, in whatever order
 * the members come. Immutable and safe for use by many threads.
 *
 * <p>A ring takes 6 bytes per slot. Making one of 2^18 slots costs tens of milliseconds of one
 * thread, of 2^22 about half a second: keep rings, do not make them per request, and make the next
 * one with {@link #with}.
 */
public final class Ring {

  /** Part of the fingerprint: rings of different algorithms are different rings. */
  private static final String ALGORITHM = "blockring ring 1";

  private final RingParameters parameters;
  private final List<RingMember> members;
  private final Racers racers;
  private final Race race;
  private final @Nullable FirstChoices choices;
  private final Assignment assignment;
  private final int slotShift;
  private final char[] owners;

  /** By index; the one entry of an empty ring is empty. */
  private final List<Optional<RingMember>> answers;

  private final int[] zones;
  private final int zoneCount;
  private final String fingerprint;

  private Ring(RingParameters parameters, List<RingMember> members, @Nullable Ring before) {
    this.parameters = parameters;
    this.members = members;
    this.slotShift = Long.SIZE - parameters.slotBits();
    this.racers = new Racers(parameters, members);
    int[] weights = racers.weights();
    this.race = new Race(parameters.slotBits(), racers.keys(), weights);
    if (weights.length == 0) {
      this.choices = null;
      this.assignment = Assignment.empty(parameters.slotCount());
      this.answers = List.of(Optional.empty());
    } else {
      int[] caps = Caps.of(parameters.slotCount(), parameters.epsilonPpm(), weights);
      this.choices = choicesAfter(before, racers, race);
      this.assignment = Matching.of(race, caps, choices);
      this.answers = racers.members().stream().map(Optional::of).toList();
    }
    this.owners = assignment.owners();
    this.zones = racers.zones();
    this.zoneCount = (int) Arrays.stream(zones).distinct().count();
    this.fingerprint = fingerprintOf(parameters, members);
  }

  /**
   * The ring of these members. Without any weight the ring is empty: its slots have no owner.
   *
   * @throws IllegalArgumentException when two members have one id, or there are more members with
   *     weight than slots (or than 65,535)
   */
  public static Ring of(RingParameters parameters, Collection<RingMember> members) {
    return new Ring(parameters, sortedById(members), null);
  }

  /**
   * The ring of other members under the same parameters: equal to {@link #of}, but when few members
   * changed it costs a tenth. Zones are no change in this sense.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public Ring with(Collection<RingMember> members) {
    return new Ring(parameters, sortedById(members), this);
  }

  private static FirstChoices choicesAfter(@Nullable Ring before, Racers racers, Race race) {
    if (before == null || before.choices == null) {
      return FirstChoices.of(race);
    }
    var change = new RacerChange(before.racers, racers);
    // Where many left, many slots lose both their winner and their runner-up.
    boolean isSmall = change.size() <= Math.max(2, racers.size() / 16);
    return isSmall ? before.choices.after(change, race) : FirstChoices.of(race);
  }

  private static List<RingMember> sortedById(Collection<RingMember> members) {
    List<RingMember> sorted =
        members.stream().sorted(Comparator.comparing(RingMember::id)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).id().equals(sorted.get(i - 1).id())) {
        throw new IllegalArgumentException(
            "two members have one id: " + sorted.get(i - 1) + " and " + sorted.get(i));
      }
    }
    return sorted;
  }

  public RingParameters parameters() {
    return parameters;
  }

  /** All members by id, those without weight included. */
  public List<RingMember> members() {
    return members;
  }

  /** Whether no member has weight, so that no slot has an owner. */
  public boolean isEmpty() {
    return race.size() == 0;
  }

  /** The slot of a well-mixed 64-bit hash: its top bits. Other uses of the hash take others. */
  public int slotOf(long placementHash) {
    return (int) (placementHash >>> slotShift);
  }

  /** The slot's first owner; empty in an empty ring. No allocation. */
  public Optional<RingMember> ownerOf(int slot) {
    return answers.get(owners[slot]);
  }

  /**
   * The members that own slots, in an order of this ring only: an index into it tells the owner of
   * a slot to callers who keep something per member, say a connection, in an array.
   */
  public List<RingMember> owningMembers() {
    return racers.members();
  }

  /**
   * Index of the slot's first owner in {@link #owningMembers}, -1 in an empty ring. One array load.
   */
  public int ownerIndex(int slot) {
    return isEmpty() ? -1 : owners[slot];
  }

  /**
   * The members that keep the slot: its owner, then in race order one member of every further zone,
   * then, once all zones have one, any others. Distinct; all members with weight if they are fewer
   * than asked for. Scans the members when replicas is above 1 (some 10 ns each).
   *
   * @param replicas how many members, at least 1
   */
  public List<RingMember> owners(int slot, int replicas) {
    if (replicas < 1) {
      throw new IllegalArgumentException("replicas is " + replicas + ", must be at least 1");
    }
    List<RingMember> chosen = new ArrayList<>();
    for (int racer : ReplicaChoice.of(this, slot, replicas)) {
      chosen.add(racers.member(racer));
    }
    return List.copyOf(chosen);
  }

  /**
   * Whom to try, in order, while earlier ones are away: the owner, then in race order those who
   * would take the slot if the owner left, then those whose cap would make them refuse. So a reader
   * that moves on warms the member that will own the slot if the owner never returns. Every member
   * with weight comes once. Lazy: costs nothing before the second is asked for, then a scan of the
   * members.
   */
  public Iterable<RingMember> failoverWalk(int slot) {
    return () -> new FailoverWalk(this, slot);
  }

  /** The slots the member is the first owner of; the caller's own. Empty for a stranger. */
  public RoaringBitmap slotsOf(String memberId) {
    RoaringBitmapWriter<RoaringBitmap> slots = RoaringBitmapWriter.writer().get();
    int racer = racers.indexOf(memberId);
    for (int slot = 0; racer >= 0 && slot < owners.length; slot++) {
      if (owners[slot] == racer) {
        slots.add(slot);
      }
    }
    return slots.get();
  }

  /** Every member's load, in the order of {@link #members}. */
  public List<MemberLoad> loads() {
    long total = members.stream().mapToLong(RingMember::weight).sum();
    return members.stream().map(member -> loadOf(member, total)).toList();
  }

  private MemberLoad loadOf(RingMember member, long totalWeight) {
    int racer = racers.indexOf(member.id());
    if (racer < 0) {
      return new MemberLoad(member, 0, 0, 0);
    }
    double exactShare = (double) owners.length * member.weight() / totalWeight;
    return new MemberLoad(member, assignment.counts()[racer], assignment.caps()[racer], exactShare);
  }

  /**
   * 64 hex digits that differ when anything differs that this ring is made of: algorithm,
   * parameters, members with id, weight and zone.
   */
  public String fingerprint() {
    return fingerprint;
  }

  private static String fingerprintOf(RingParameters parameters, List<RingMember> members) {
    var hash = new Sha256().add(ALGORITHM);
    hash.add(parameters.slotBits()).add(parameters.epsilonPpm()).add(parameters.seed());
    for (RingMember member : members) {
      hash.add(member.id()).add(member.weight()).add(member.zone());
    }
    return hash.hex();
  }

  /** Racer per slot. Shared, read only. */
  char[] ownerTable() {
    return owners;
  }

  Racers racers() {
    return racers;
  }

  /** The arrivals at a slot, earliest first. */
  RaceOrder raceOrder(int slot) {
    return new RaceOrder(race, slot, -1);
  }

  boolean wouldRefuse(long arrival) {
    return assignment.wouldRefuse(arrival);
  }

  int zoneOf(int racer) {
    return zones[racer];
  }

  int zoneCount() {
    return zoneCount;
  }

  @Override
  public String toString() {
    return "ring "
        + fingerprint.substring(0, 8)
        + " of "
        + race.size()
        + " members with weight, "
        + owners.length
        + " slots";
  }
}
