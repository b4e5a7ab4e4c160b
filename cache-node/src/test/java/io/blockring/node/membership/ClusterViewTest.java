package io.blockring.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import io.blockring.ring.RingParameters;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class ClusterViewTest {
  private static final RingParameters PARAMETERS = new RingParameters(10, 20_000, 0);
  private static final RoaringBitmap ALL = RoaringBitmap.bitmapOfRange(0, 1024);
  private static final Ring RING = ring("a", "b", "c");

  @Test
  void an_isolated_member_owns_and_is_not_asked() {
    ClusterView view = view(List.of(), Map.of("b", ALL), alive("a"), alive("b"), isolated("c"));
    for (long hash = 0; hash < 200; hash++) {
      long placement = hash << 56;
      assertThat(view.candidates(placement)).extracting(Member::id).doesNotContain("c").hasSize(2);
      assertThat(view.owner(placement).orElseThrow().id()).isNotEqualTo("c");
    }
    assertThat(view.ring().slotsOf("c").getCardinality()).isGreaterThan(250);
    assertThat(view(List.of(), Map.of("c", ALL), alive("a"), isolated("c")).holders(1)).isEmpty();
  }

  @Test
  void members_that_keep_a_block_come_first_and_of_each_zone_one() {
    Ring zoned =
        Ring.of(
            PARAMETERS,
            List.of(
                new RingMember("a", 1, "x"),
                new RingMember("b", 1, "x"),
                new RingMember("c", 1, "y"),
                new RingMember("d", 1, "y")));
    ClusterView view =
        new ClusterView(
            "a",
            zoned,
            1,
            List.of(),
            Map.of(),
            List.of(alive("a"), alive("b"), alive("c"), alive("d")),
            Map.of());
    for (long hash = 0; hash < 200; hash++) {
      long placement = hash << 56;
      List<String> keepers =
          zoned.owners(zoned.slotOf(placement), 2).stream().map(RingMember::id).toList();
      List<Member> line = view.candidates(placement, 2);
      assertThat(line).extracting(Member::id).startsWith(keepers.toArray(String[]::new));
      assertThat(line).hasSize(4).doesNotHaveDuplicates();
      assertThat(line.getFirst()).isEqualTo(view.owner(placement).orElseThrow());
    }
    assertThat(view(List.of(), Map.of(), alive("a")).candidates(1, 3)).hasSize(1);
  }

  @Test
  void holders_are_those_that_say_so_then_those_that_owned_the_slot_just_now() {
    ClusterView view =
        view(List.of(ring("b"), ring("d")), Map.of("d", ALL), alive("a"), alive("b"), alive("d"));
    assertThat(view.holders(1)).extracting(Member::id).containsExactly("d", "b");
  }

  @Test
  void nobody_holds_for_itself_and_no_stranger_or_member_that_is_away_does() {
    Map<String, RoaringBitmap> held = new TreeMap<>(Map.of("a", ALL, "b", ALL, "x", ALL));
    held.put("c", RoaringBitmap.bitmapOf(5));
    assertThat(view(List.of(), held, alive("a"), away("b"), alive("c")).holders(1)).isEmpty();
  }

  @Test
  void a_draining_member_has_no_part_of_the_ring_and_keeps_its_weight() {
    Member draining = member("b", Liveness.ALIVE, true, false);
    assertThat(draining.ringWeight()).isZero();
    assertThat(draining.weight()).isEqualTo(1);
    assertThat(view(List.of(), Map.of(), alive("a"), draining).shareOfSelf()).isEqualTo(1);
  }

  private static ClusterView view(
      List<Ring> previous, Map<String, RoaringBitmap> held, Member... members) {
    return new ClusterView("a", RING, 1, previous, held, List.of(members), Map.of());
  }

  private static Ring ring(String... ids) {
    return Ring.of(PARAMETERS, Stream.of(ids).map(id -> new RingMember(id, 1, "")).toList());
  }

  private static Member alive(String id) {
    return member(id, Liveness.ALIVE, false, false);
  }

  private static Member away(String id) {
    return member(id, Liveness.AWAY, false, false);
  }

  private static Member isolated(String id) {
    return member(id, Liveness.ALIVE, false, true);
  }

  private static Member member(
      String id, Liveness liveness, boolean isDraining, boolean isIsolated) {
    MemberAddress address = new MemberAddress("127.0.0.1", 1, 2, 3, 4);
    return new Member(
        id,
        1,
        false,
        isDraining,
        0,
        isIsolated,
        "",
        "",
        address,
        0,
        liveness,
        false,
        id.equals("a"));
  }
}
