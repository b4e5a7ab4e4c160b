package io.blockring.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FailoverWalkTest {

  @ParameterizedTest
  @CsvSource({"3, 14", "5, 16", "10, 16", "64, 18"})
  void the_second_of_the_walk_owns_the_slot_when_the_owner_is_gone(int count, int slotBits) {
    var parameters = new RingParameters(slotBits, 20_000, 0);
    for (List<RingMember> members :
        List.of(MemberSets.equal(count), MemberSets.logNormal(count, count))) {
      Ring ring = Ring.of(parameters, members);
      int predicted = 0;
      int slots = 0;
      for (RingMember gone : members.subList(0, 3)) {
        Ring after = Ring.of(parameters, MemberSets.without(members, gone));
        for (int slot : ring.slotsOf(gone.id())) {
          Iterator<RingMember> walk = ring.failoverWalk(slot).iterator();
          assertThat(walk.next()).isEqualTo(gone);
          slots++;
          predicted += after.ownerOf(slot).orElseThrow().equals(walk.next()) ? 1 : 0;
        }
      }
      assertThat(predicted / (double) slots).as("%d of %d", predicted, slots).isGreaterThan(0.995);
    }
  }

  @Test
  void every_member_comes_once_and_the_refusing_ones_come_last() {
    Ring ring = Ring.of(new RingParameters(12, 0, 0), MemberSets.logNormal(40, 2));
    int refusing = 0;
    for (int slot = 0; slot < 1 << 12; slot += 31) {
      assertThat(ring.failoverWalk(slot)).hasSize(40).doesNotHaveDuplicates();
      boolean[] isRefusing = new boolean[40];
      RaceOrder order = ring.raceOrder(slot);
      while (order.hasNext()) {
        long arrival = order.nextLong();
        isRefusing[Race.racerOf(arrival)] = ring.wouldRefuse(arrival);
      }
      boolean isLast = false;
      Iterator<RingMember> walk = ring.failoverWalk(slot).iterator();
      assertThat(ring.ownerOf(slot)).contains(walk.next());
      while (walk.hasNext()) {
        boolean refuses = isRefusing[ring.racers().indexOf(walk.next().id())];
        assertThat(refuses || !isLast).isTrue();
        isLast = refuses;
        refusing += refuses ? 1 : 0;
      }
      assertThatThrownBy(walk::next).isInstanceOf(NoSuchElementException.class);
    }
    assertThat(refusing).isPositive();
  }

  @Test
  void a_departed_members_slots_spread_over_all_others() {
    List<RingMember> members = MemberSets.equal(20);
    Ring ring = Ring.of(RingParameters.DEFAULT, members);
    Ring after = Ring.of(RingParameters.DEFAULT, members.subList(1, 20));
    RingDiff diff = RingDiff.between(ring, after);
    int fair = ring.slotsOf("node-0").getCardinality() / 19;
    for (RingMember member : members.subList(1, 20)) {
      assertThat(diff.gained(member.id()).getCardinality()).isBetween(fair / 2, fair * 3 / 2);
    }
  }
}
