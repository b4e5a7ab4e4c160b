package io.blockring.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ReplicasTest {

  private static final RingParameters SMALL = new RingParameters(12, 20_000, 0);

  private static List<RingMember> inZones(String... zones) {
    return IntStream.range(0, zones.length)
        .mapToObj(i -> new RingMember("node-" + i, 16, zones[i]))
        .toList();
  }

  private static List<String> zonesOf(List<RingMember> members) {
    return members.stream().map(RingMember::zone).toList();
  }

  @Test
  void replicas_start_with_the_owner_and_are_in_different_zones() {
    Ring ring = Ring.of(SMALL, MemberSets.logNormal(30, 1));
    for (int slot = 0; slot < SMALL.slotCount(); slot++) {
      List<RingMember> owners = ring.owners(slot, 3);
      assertThat(owners.getFirst()).isEqualTo(ring.ownerOf(slot).orElseThrow());
      assertThat(zonesOf(owners)).containsExactlyInAnyOrder("zone-0", "zone-1", "zone-2");
      assertThat(ring.owners(slot, 2)).isEqualTo(owners.subList(0, 2));
      assertThat(ring.owners(slot, 1)).isEqualTo(owners.subList(0, 1));
    }
  }

  @Test
  void replicas_follow_the_race_order_within_one_zone() {
    Ring ring = Ring.of(SMALL, inZones("", "", "", "", ""));
    for (int slot = 0; slot < SMALL.slotCount(); slot++) {
      RingMember owner = ring.ownerOf(slot).orElseThrow();
      RaceOrder order = ring.raceOrder(slot);
      List<RingMember> race =
          IntStream.range(0, 5)
              .mapToObj(i -> ring.racers().member(Race.racerOf(order.nextLong())))
              .filter(member -> !member.equals(owner))
              .toList();
      assertThat(ring.owners(slot, 5).subList(1, 5)).isEqualTo(race);
    }
  }

  @Test
  void replicas_are_distinct_members_when_zones_are_too_few() {
    Ring ring = Ring.of(SMALL, inZones("a", "a", "a", "a", "b"));
    for (int slot = 0; slot < SMALL.slotCount(); slot++) {
      List<RingMember> owners = ring.owners(slot, 3);
      assertThat(owners).hasSize(3).doesNotHaveDuplicates();
      // The one member of zone b is in every list, at the second place at the latest.
      assertThat(zonesOf(owners).subList(0, 2)).containsExactlyInAnyOrder("a", "b");
    }
  }

  @Test
  void replicas_are_all_members_when_members_are_too_few() {
    Ring ring = Ring.of(SMALL, inZones("a", "b"));
    assertThat(ring.owners(7, 3)).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void zone_labels_never_change_first_owners() {
    List<RingMember> members = MemberSets.logNormal(40, 5);
    List<RingMember> relabelled =
        members.stream().map(m -> new RingMember(m.id(), m.weight(), "z" + m.weight())).toList();
    Ring ring = Ring.of(SMALL, members);
    Ring changed = Ring.of(SMALL, relabelled);
    assertThat(changed.ownerTable()).isEqualTo(ring.ownerTable());
    assertThat(RingDiff.between(ring, changed).moved().isEmpty()).isTrue();
    assertThat(changed.fingerprint()).isNotEqualTo(ring.fingerprint());
  }

  @Test
  void most_replica_lists_survive_a_departure() {
    List<RingMember> members = MemberSets.equal(30);
    Ring ring = Ring.of(SMALL, members);
    RingMember gone = members.get(4);
    Ring after = Ring.of(SMALL, MemberSets.without(members, gone));
    int changed = 0;
    for (int slot = 0; slot < SMALL.slotCount(); slot++) {
      List<RingMember> before = ring.owners(slot, 3);
      if (!before.contains(gone) && !before.equals(after.owners(slot, 3))) {
        changed++;
      }
    }
    assertThat(changed).isLessThan(SMALL.slotCount() / 50);
  }
}
