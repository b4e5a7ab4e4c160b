package io.blockring.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.Routes;
import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import io.blockring.ring.RingParameters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClusterRoutesTest {
  private static final Duration AFTER_START = Duration.ofMinutes(10);
  private static final Ring RING =
      Ring.of(
          new RingParameters(10, 20_000, 0),
          Stream.of("a", "b", "c").map(id -> new RingMember(id, 1, "")).toList());

  private final AtomicLong now = new AtomicLong();

  @Test
  void after_its_start_a_member_asks_who_stood_in_for_it() {
    Routes routes = routes(Liveness.ALIVE);
    for (long hash = 0; hash < 50; hash++) {
      long placement = hash << 54;
      List<Routes.Member> others =
          routes.candidates(placement).stream().filter(member -> !member.isSelf()).toList();
      assertThat(routes.holders(placement)).containsExactly(others.getFirst());
    }
  }

  @Test
  void later_it_asks_nobody_but_former_owners() {
    Routes routes = routes(Liveness.ALIVE);
    now.set(AFTER_START.toNanos());
    assertThat(routes.holders(1)).isEmpty();
  }

  @Test
  void it_asks_nobody_who_is_away() {
    assertThat(routes(Liveness.AWAY).holders(1)).isEmpty();
  }

  private Routes routes(Liveness ofOthers) {
    List<Member> members =
        Stream.of("a", "b", "c")
            .map(id -> member(id, id.equals("a") ? Liveness.ALIVE : ofOthers))
            .toList();
    ClusterView view = new ClusterView("a", RING, 1, List.of(), Map.of(), members, Map.of());
    return new ClusterRoutes(() -> view, AFTER_START, now::get);
  }

  private static Member member(String id, Liveness liveness) {
    MemberAddress address = new MemberAddress("127.0.0.1", 1, 2, 3, 4);
    return new Member(
        id, 1, false, false, 0, false, "", "", address, 0, liveness, false, id.equals("a"));
  }
}
