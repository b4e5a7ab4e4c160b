package io.blockring.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.node.store.DiskState;
import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import io.blockring.ring.RingParameters;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OwnWeightTest {
  private static final Duration GRACE = Duration.ofMinutes(10);

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final DiskState[] states = {DiskState.HEALTHY, DiskState.HEALTHY};
  private final OwnWeight weight =
      new OwnWeight(100, new long[] {3_000, 1_000}, () -> Arrays.asList(states), GRACE, now::get);

  private int after(Duration time) {
    weight.getAsInt();
    now.addAndGet(time.toNanos());
    return weight.getAsInt();
  }

  @Test
  void a_disk_that_stays_down_takes_its_share_along_and_brings_it_back() {
    states[1] = DiskState.DOWN;
    assertThat(after(GRACE.minusNanos(1))).isEqualTo(100);
    assertThat(after(Duration.ofNanos(1))).isEqualTo(75);
    states[1] = DiskState.HEALTHY;
    assertThat(after(GRACE.minusNanos(1))).isEqualTo(75);
    assertThat(after(Duration.ofNanos(1))).isEqualTo(100);
  }

  @Test
  void a_disk_that_comes_and_goes_changes_nothing() {
    for (int i = 0; i < 10; i++) {
      states[0] = DiskState.DOWN;
      assertThat(after(GRACE.minusSeconds(1))).isEqualTo(100);
      states[0] = DiskState.HEALTHY;
      assertThat(after(Duration.ofSeconds(1))).isEqualTo(100);
    }
  }

  @Test
  void a_disk_that_is_only_read_keeps_its_share_and_a_node_without_disks_the_least() {
    states[0] = DiskState.READ_ONLY;
    states[1] = DiskState.SUSPECT;
    assertThat(after(GRACE.multipliedBy(2))).isEqualTo(100);
    Arrays.fill(states, DiskState.DOWN);
    assertThat(after(GRACE)).isEqualTo(1);
  }

  @Test
  void a_node_alone_whose_disks_stay_down_owns_all_and_so_serves_from_the_bucket() {
    Arrays.fill(states, DiskState.DOWN);
    weight.getAsInt();
    int left = after(GRACE.multipliedBy(2));
    Ring ring = Ring.of(new RingParameters(10, 20_000, 0), List.of(new RingMember("a", left, "")));
    assertThat(ring.ownerOf(ring.slotOf(7)))
        .hasValueSatisfying(a -> assertThat(a.id()).isEqualTo("a"));
  }

  @Test
  void a_node_that_shall_own_nothing_does_not_with_disks_down_either() {
    Arrays.fill(states, DiskState.DOWN);
    OwnWeight nothing =
        new OwnWeight(0, new long[] {3_000, 1_000}, () -> Arrays.asList(states), GRACE, now::get);
    nothing.getAsInt();
    now.addAndGet(GRACE.toNanos());
    assertThat(nothing.getAsInt()).isZero();
  }
}
