package io.blockring.ring;

import java.util.LinkedHashSet;
import java.util.Set;

/** Which racers keep a slot: the owner, then one of each further zone, then others. */
final class ReplicaChoice {

  private final Ring ring;
  private final int slot;
  private final int wanted;
  private final Set<Integer> chosen = new LinkedHashSet<>();
  private final boolean[] isZoneUsed;
  private int zonesLeft;

  private ReplicaChoice(Ring ring, int slot, int wanted) {
    this.ring = ring;
    this.slot = slot;
    this.wanted = wanted;
    this.isZoneUsed = new boolean[ring.zoneCount()];
    this.zonesLeft = ring.zoneCount();
  }

  /** At most this many racers, in order; fewer when the ring has fewer. */
  static Set<Integer> of(Ring ring, int slot, int replicas) {
    int wanted = Math.min(replicas, ring.racers().size());
    var choice = new ReplicaChoice(ring, slot, wanted);
    if (wanted > 0) {
      choice.choose(ring.ownerTable()[slot]);
    }
    // Members at their cap are not skipped: the cap bounds first owners only, and skipping here
    // would change lists far beyond the members that changed.
    choice.fromUnusedZones();
    choice.fromAnyZone();
    return choice.chosen;
  }

  private void fromUnusedZones() {
    RaceOrder order = ring.raceOrder(slot);
    while (chosen.size() < wanted && zonesLeft > 0) {
      int racer = Race.racerOf(order.nextLong());
      if (!isZoneUsed[ring.zoneOf(racer)]) {
        choose(racer);
      }
    }
  }

  private void fromAnyZone() {
    RaceOrder order = ring.raceOrder(slot);
    while (chosen.size() < wanted) {
      choose(Race.racerOf(order.nextLong()));
    }
  }

  private void choose(int racer) {
    if (chosen.add(racer) && !isZoneUsed[ring.zoneOf(racer)]) {
      isZoneUsed[ring.zoneOf(racer)] = true;
      zonesLeft--;
    }
  }
}
