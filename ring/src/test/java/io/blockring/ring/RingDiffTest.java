package io.blockring.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

final class RingDiffTest {

  private static final RingParameters PARAMETERS = new RingParameters(16, 20_000, 0);
  private static final RingParameters UNCAPPED = new RingParameters(16, 1_000_000, 0);

  private static final List<RingMember> MEMBERS = MemberSets.logNormal(60, 9);

  private static void assertExact(List<RingMember> membersBefore, List<RingMember> membersAfter) {
    Ring before = Ring.of(PARAMETERS, membersBefore);
    Ring after = Ring.of(PARAMETERS, membersAfter);
    RingDiff diff = RingDiff.between(before, after);
    RoaringBitmap moved = new RoaringBitmap();
    for (int slot = 0; slot < PARAMETERS.slotCount(); slot++) {
      Optional<String> idBefore = before.ownerOf(slot).map(RingMember::id);
      Optional<String> idAfter = after.ownerOf(slot).map(RingMember::id);
      if (idBefore.equals(idAfter)) {
        continue;
      }
      moved.add(slot);
      int at = slot;
      idBefore.ifPresent(id -> assertThat(diff.lost(id).contains(at)).isTrue());
      idAfter.ifPresent(id -> assertThat(diff.gained(id).contains(at)).isTrue());
    }
    assertThat(diff.moved()).isEqualTo(moved);
    // No more than those: each slot is lost and gained at most once.
    assertThat(membersBefore.stream().mapToInt(m -> diff.lost(m.id()).getCardinality()).sum())
        .isEqualTo(before.isEmpty() ? 0 : moved.getCardinality());
    assertThat(membersAfter.stream().mapToInt(m -> diff.gained(m.id()).getCardinality()).sum())
        .isEqualTo(after.isEmpty() ? 0 : moved.getCardinality());
  }

  @Test
  void names_exactly_the_slots_that_differ() {
    RingMember first = MEMBERS.getFirst();
    assertExact(MEMBERS, MemberSets.without(MEMBERS, first));
    assertExact(MemberSets.without(MEMBERS, first), MEMBERS);
    assertExact(MEMBERS, MemberSets.withWeight(MEMBERS, first, first.weight() / 2));
    assertExact(MEMBERS, MemberSets.withWeight(MEMBERS, first, 0));
    assertExact(MEMBERS, MemberSets.equal(60));
    assertExact(MEMBERS, MEMBERS);
  }

  @Test
  void everything_moves_from_and_to_an_empty_ring() {
    assertExact(MEMBERS, List.of());
    assertExact(List.of(), MEMBERS);
    assertExact(List.of(), List.of());
  }

  @Test
  void strangers_gain_and_lose_nothing_and_bitmaps_are_the_callers_own() {
    Ring ring = Ring.of(PARAMETERS, MEMBERS);
    Ring after = Ring.of(PARAMETERS, MemberSets.without(MEMBERS, MEMBERS.getFirst()));
    RingDiff diff = RingDiff.between(ring, after);
    assertThat(diff.gained("stranger").isEmpty()).isTrue();
    assertThat(diff.lost("stranger").isEmpty()).isTrue();
    int moved = diff.moved().getCardinality();
    diff.moved().clear();
    assertThat(diff.moved().getCardinality()).isEqualTo(moved).isPositive();
  }

  @Test
  void refuses_rings_of_different_slot_counts() {
    Ring other = Ring.of(new RingParameters(15, 20_000, 0), MEMBERS);
    assertThatThrownBy(() -> RingDiff.between(Ring.of(PARAMETERS, MEMBERS), other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rings of slotBits 16 and 15 have no slots in common");
  }

  @Test
  void without_a_cap_only_the_slots_of_the_changed_member_move() {
    RingMember changed = MEMBERS.get(7);
    Ring ring = Ring.of(UNCAPPED, MEMBERS);
    RingDiff leave =
        RingDiff.between(ring, Ring.of(UNCAPPED, MemberSets.without(MEMBERS, changed)));
    assertThat(leave.moved()).isEqualTo(ring.slotsOf(changed.id()));
    RingDiff half =
        RingDiff.between(
            ring, Ring.of(UNCAPPED, MemberSets.withWeight(MEMBERS, changed, changed.weight() / 2)));
    assertThat(half.moved()).isEqualTo(half.lost(changed.id()));
    RingMember joining = new RingMember("joining", 20, "");
    RingDiff join = RingDiff.between(ring, Ring.of(UNCAPPED, MemberSets.with(MEMBERS, joining)));
    assertThat(join.moved()).isEqualTo(join.gained("joining"));
  }

  @Test
  void with_a_cap_a_change_moves_little_more_than_the_minimum() {
    // 64 members in 2^18 slots: 4096 slots each.
    List<RingMember> members = MemberSets.logNormal(64, 4);
    Ring ring = Ring.of(RingParameters.DEFAULT, members);
    double moved = 0;
    double minimum = 0;
    for (RingMember gone : members.subList(0, 12)) {
      Ring after = Ring.of(RingParameters.DEFAULT, MemberSets.without(members, gone));
      moved += RingDiff.between(ring, after).moved().getCardinality();
      minimum += ring.slotsOf(gone.id()).getCardinality();
    }
    assertThat(moved / minimum).isBetween(1.0, 1.05);
  }
}
