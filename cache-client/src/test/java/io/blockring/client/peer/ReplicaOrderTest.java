package io.blockring.client.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.Routes;
import io.blockring.client.namespace.BlockRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whom a reader asks first of several members that keep a block. */
class ReplicaOrderTest {
  private static final BlockRange BLOCK = BlockRange.whole(WireReplies.version(300_000), 0);
  private static final Routes.Member NEAR = member("near", 1, true);
  private static final Routes.Member NEAR_TOO = member("near-too", 2, true);
  private static final Routes.Member FAR = member("far", 3, false);
  private static final Routes.Member NEXT = member("next", 4, true);

  private final PeerClient client = new PeerClient(PeerSettings.defaults(), (peer, ring) -> {});

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void one_that_keeps_it_alone_stays_in_front() {
    assertThat(client.inOrder(List.of(FAR, NEAR, NEXT), 1, BLOCK)).containsExactly(FAR, NEAR, NEXT);
  }

  @Test
  void those_in_the_same_zone_come_first_by_chance_and_who_does_not_keep_it_last() {
    Map<Routes.Member, Integer> first = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      List<Routes.Member> order = client.inOrder(List.of(FAR, NEAR, NEAR_TOO, NEXT), 3, BLOCK);
      assertThat(order.subList(2, 4)).containsExactly(FAR, NEXT);
      first.merge(order.getFirst(), 1, Integer::sum);
    }
    assertThat(first.get(NEAR)).isBetween(350, 650);
  }

  @Test
  void who_is_left_alone_comes_after_all_others() {
    client.health().silent(PeerClient.addressOf(NEAR));
    assertThat(client.inOrder(List.of(NEAR, FAR, NEXT), 2, BLOCK)).containsExactly(FAR, NEXT, NEAR);
  }

  @Test
  void this_process_comes_first() {
    Routes.Member self = new Routes.Member("self", "10.0.0.9", 7071, 7072, true);
    for (int i = 0; i < 50; i++) {
      assertThat(client.inOrder(List.of(NEAR, self), 2, BLOCK)).containsExactly(self, NEAR);
    }
  }

  private static Routes.Member member(String id, int number, boolean isNear) {
    return new Routes.Member(id, "127.0.0." + (10 + number), 1, 1, false, isNear);
  }
}
