package io.blockring.node.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.node.http.admin.RingPlan;
import io.blockring.node.http.admin.StoreUse;
import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import io.blockring.ring.RingParameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class ForecastTest {
  private static final RingParameters PARAMETERS = new RingParameters(12, 20_000, 0);
  private static final long GIB = 1L << 30;
  private static final long RATE = 1_000_000_000;

  @Test
  void moves_what_a_walk_over_every_slot_moves() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      Ring before = Ring.of(PARAMETERS, members(random, 8));
      Ring after = Ring.of(PARAMETERS, members(random, 8));
      Map<String, StoreUse> stores = new HashMap<>();
      Map<String, RoaringBitmap> held = new HashMap<>();
      // Each owner of slots has 1 MiB times its number in every slot that it owns or holds.
      for (RingMember member : before.members()) {
        RoaringBitmap slots = before.slotsOf(member.id());
        RoaringBitmap others = RoaringBitmap.bitmapOfRange(0, random.nextInt(1000));
        others.andNot(slots);
        held.put(member.id(), others);
        long bytes = density(member.id()) * (slots.getCardinality() + others.getCardinality());
        stores.put(member.id(), new StoreUse(0, bytes, 1L << 50));
      }
      after.members().forEach(m -> stores.putIfAbsent(m.id(), new StoreUse(0, 0, 1L << 50)));

      RingPlan plan = Forecast.of(before, after, stores, held, RATE);

      Map<String, Long> in = new HashMap<>();
      Map<String, Long> out = new HashMap<>();
      int moved = 0;
      for (int slot = 0; slot < PARAMETERS.slotCount() && !before.isEmpty(); slot++) {
        String from = before.ownerOf(slot).orElseThrow().id();
        String to = after.ownerOf(slot).map(RingMember::id).orElse("nobody");
        if (!from.equals(to)) {
          moved++;
          out.merge(from, density(from), Long::sum);
          in.merge(to, density(from), Long::sum);
        }
      }
      assertThat(plan.movedSlots()).as("seed " + seed).isEqualTo(moved);
      long all = out.values().stream().mapToLong(Long::longValue).sum();
      assertThat(plan.bytesToMove()).isCloseTo(all, Offset.offset(100L));
      assertThat(plan.bytesToFetch()).isZero();
      long most = out.values().stream().mapToLong(Long::longValue).max().orElse(0);
      assertThat(plan.millis()).isCloseTo(most * 1000 / RATE, Offset.offset(1L));
      for (RingPlan.Share share : plan.members()) {
        assertThat(share.bytesIn()).isCloseTo(in.getOrDefault(share.id(), 0L), Offset.offset(100L));
        assertThat(share.bytesOut())
            .isCloseTo(out.getOrDefault(share.id(), 0L), Offset.offset(100L));
      }
    }
  }

  @Test
  void what_the_others_cannot_hold_is_refused_with_the_arithmetic() {
    Ring three = ring("a", 100, "b", 100, "c", 100);
    Ring two = ring("a", 0, "b", 100, "c", 100);
    Map<String, StoreUse> stores = stores("a", 60, "b", 60, "c", 60);
    assertThat(Forecast.of(three, two, stores, Map.of(), RATE).refusal()).isEmpty();
    stores.putAll(stores("a", 90, "b", 80, "c", 10));
    RingPlan plan = Forecast.of(three, two, stores, Map.of(), RATE);
    assertThat(plan.refusal())
        .matches(
            "90.0 GiB would come to members that have no room for 2[3-6].. GiB of it:"
                + " b would hold 12[3-6].. GiB of 100.0 GiB");
    assertThat(share(plan, "b").fillPercentAfter()).isBetween(123.0, 127.0);
    assertThat(share(plan, "a").fillPercentAfter()).isZero();
  }

  @Test
  void a_ring_without_owners_is_refused() {
    RingPlan plan = Forecast.of(ring("a", 100), ring("a", 0), stores("a", 1), Map.of(), RATE);
    assertThat(plan.refusal())
        .isEqualTo("no member would have weight: every read would go to the bucket");
    assertThat(Forecast.of(ring("a", 0), ring("a", 9), stores("a", 1), Map.of(), RATE).refusal())
        .isEmpty();
  }

  @Test
  void what_a_silent_member_has_is_fetched_again_and_taken_to_be_as_much_as_the_others_have() {
    Ring three = ring("a", 100, "b", 100, "c", 100);
    RingPlan plan =
        Forecast.of(three, ring("b", 100, "c", 100), stores("b", 30, "c", 30), Map.of(), RATE);
    assertThat(plan.bytesToMove()).isLessThan(GIB);
    assertThat(plan.bytesToFetch()).isCloseTo(30 * GIB, Offset.offset(GIB));
    assertThat(share(plan, "b").fillPercentAfter()).isBetween(43.0, 47.0);
    assertThat(share(plan, "a").store()).isNull();
  }

  private static RingPlan.Share share(RingPlan plan, String id) {
    return plan.members().stream().filter(m -> m.id().equals(id)).findFirst().orElseThrow();
  }

  private static long density(String id) {
    return (long) (id.charAt(0) - 'a' + 1) << 20;
  }

  private static List<RingMember> members(Random random, int most) {
    List<RingMember> members = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      if (random.nextInt(4) > 0) {
        members.add(new RingMember(Character.toString('a' + i), random.nextInt(5), ""));
      }
    }
    return members;
  }

  private static Ring ring(Object... idsAndWeights) {
    List<RingMember> members = new ArrayList<>();
    for (int i = 0; i < idsAndWeights.length; i += 2) {
      members.add(new RingMember((String) idsAndWeights[i], (Integer) idsAndWeights[i + 1], ""));
    }
    return Ring.of(PARAMETERS, members);
  }

  /** Each of a budget of 100 GiB. */
  private static Map<String, StoreUse> stores(Object... idsAndGib) {
    Map<String, StoreUse> stores = new HashMap<>();
    for (int i = 0; i < idsAndGib.length; i += 2) {
      stores.put(
          (String) idsAndGib[i], new StoreUse(0, (Integer) idsAndGib[i + 1] * GIB, 100 * GIB));
    }
    return stores;
  }
}
