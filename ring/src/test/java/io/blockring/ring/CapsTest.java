package io.blockring.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class CapsTest {

  @Test
  void rounds_down_and_gives_what_is_missing_to_the_largest_remainders() {
    // Exact shares of 1024: 341.33 each; 170.67, 341.33, 512.
    assertThat(Caps.of(1024, 0, new int[] {5, 5, 5})).containsExactly(342, 341, 341);
    assertThat(Caps.of(1024, 0, new int[] {1, 2, 3})).containsExactly(171, 341, 512);
  }

  @Test
  void allows_epsilon_above_the_exact_share() {
    assertThat(Caps.of(1 << 18, 20_000, new int[] {1, 1})).containsExactly(133_693, 133_693);
  }

  @Test
  void gives_the_smallest_weight_one_place() {
    assertThat(Caps.of(1024, 0, new int[] {1, RingMember.MAX_WEIGHT})).containsExactly(1, 1023);
  }

  @Test
  void is_exact_where_64_bits_would_overflow() {
    int[] weights = new int[60_000];
    Arrays.fill(weights, RingMember.MAX_WEIGHT);
    int[] caps = Caps.of(1 << 24, 1_000_000, weights);
    assertThat(caps).containsOnly((int) (2L * (1 << 24) / 60_000));
    assertThat(Caps.of(1 << 24, 1_000_000, new int[] {RingMember.MAX_WEIGHT}))
        .containsExactly(1 << 25);
  }

  @Test
  void has_a_place_for_every_slot_without_epsilon() {
    for (int count = 1; count < 200; count++) {
      int[] weights =
          MemberSets.logNormal(count, count).stream().mapToInt(RingMember::weight).toArray();
      assertThat(Arrays.stream(Caps.of(1024, 0, weights)).sum())
          .as("%d members", count)
          .isEqualTo(1024);
    }
  }
}
