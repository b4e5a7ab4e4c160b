package io.blockring.node.store.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentedOrderTest {
  private static final Policy LRU = new Policy(100, 0);

  private final UseCounts counts = new UseCounts(100);

  private SegmentedOrder order(int entries, Policy policy) {
    SegmentedOrder order = new SegmentedOrder(entries, entry -> entry, counts);
    order.follow(policy);
    return order;
  }

  @Test
  void whole_window_is_plain_lru() {
    SegmentedOrder order = order(50, LRU);
    Deque<Integer> model = new ArrayDeque<>();
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 50; i++) {
      order.add(i);
      model.addLast(i);
    }
    for (int step = 0; step < 5000; step++) {
      int used = random.nextInt(50);
      if (model.remove(used)) {
        order.use(used);
        model.addLast(used);
      } else {
        int victim = order.victim(any -> true);
        assertThat(victim).isEqualTo(model.removeFirst());
        order.remove(victim);
        order.add(used);
        model.addLast(used);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void empties_completely_whatever_the_policy_and_however_it_changes(int first) {
    SegmentedOrder order = order(1000, Policy.ALL.get(first));
    SplittableRandom random = new SplittableRandom(first);
    Set<Integer> held = new HashSet<>();
    for (int step = 0; step < 20_000; step++) {
      int entry = random.nextInt(1000);
      counts.add(entry);
      if (random.nextInt(500) == 0) {
        order.follow(Policy.ALL.get(random.nextInt(Policy.ALL.size())));
      }
      if (held.add(entry)) {
        order.add(entry);
      } else if (random.nextInt(3) == 0) {
        order.remove(entry);
        held.remove(entry);
      } else {
        order.use(entry);
      }
      assertThat(order.size()).isEqualTo(held.size());
    }
    List<Integer> victims = new ArrayList<>();
    for (int victim = order.victim(any -> true);
        victim != SegmentedOrder.NONE;
        victim = order.victim(any -> true)) {
      order.remove(victim);
      victims.add(victim);
    }
    assertThat(victims).containsExactlyInAnyOrderElementsOf(held);
  }

  @Test
  void never_gives_an_entry_that_may_not_go() {
    SegmentedOrder order = order(100, new Policy(20, 0));
    for (int i = 0; i < 100; i++) {
      order.add(i);
    }
    for (int i = 0; i < 50; i++) {
      int victim = order.victim(entry -> entry % 2 == 1);
      assertThat(victim % 2).isOne();
      order.remove(victim);
    }
    assertThat(order.victim(entry -> entry % 2 == 1)).isEqualTo(SegmentedOrder.NONE);
  }

  @Test
  void newcomer_must_lead_the_resident_by_more_than_the_margin() {
    for (int margin = 0; margin <= 2; margin++) {
      UseCounts fresh = new UseCounts(100);
      SegmentedOrder order = new SegmentedOrder(3, entry -> entry, fresh);
      order.follow(new Policy(1, margin));
      order.add(0);
      order.add(1);
      order.add(2);
      for (int uses = 0; uses < margin; uses++) {
        fresh.add(2);
      }
      assertThat(order.victim(any -> true)).as("margin %d, as many uses", margin).isEqualTo(2);
      fresh.add(2);
      assertThat(order.victim(any -> true)).as("margin %d, one more use", margin).isZero();
    }
  }
}
