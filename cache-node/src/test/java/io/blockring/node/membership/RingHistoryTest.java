package io.blockring.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import io.blockring.ring.RingParameters;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RingHistoryTest {
  private static final RingParameters PARAMETERS = new RingParameters(10, 20_000, 0);
  private static final long LATER = RingHistory.APART.toNanos();

  @Test
  void a_newcomer_takes_the_ring_without_it_for_the_one_before() {
    RingHistory history = new RingHistory("d", PARAMETERS, members("d"), 0);
    assertThat(history.follow(members("a", "b", "c", "d"), LATER)).isTrue();
    assertThat(history.previous(LATER))
        .extracting(Ring::fingerprint)
        .containsExactly(Ring.of(PARAMETERS, members("a", "b", "c")).fingerprint());
  }

  @Test
  void from_then_on_it_is_the_ring_that_was_replaced() {
    RingHistory history = new RingHistory("d", PARAMETERS, members("d"), 0);
    history.follow(members("a", "b", "d"), LATER);
    Ring first = history.ring();
    history.follow(members("a", "b", "c", "d"), 2 * LATER);
    assertThat(history.previous(2 * LATER)).hasSize(2).first().isSameAs(first);
  }

  private static List<RingMember> members(String... ids) {
    return Stream.of(ids).map(id -> new RingMember(id, 1, "")).toList();
  }
}
