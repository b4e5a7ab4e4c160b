package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PageCacheShareTest {
  @Test
  void what_was_read_once_leaves_and_what_is_read_again_stays() {
    PageCacheShare share = new PageCacheShare(Integer.MAX_VALUE);
    share.used(1, 1); // filled
    share.used(2, 2); // filled and read once
    share.used(3, 2);
    share.used(3, 3); // and again
    share.nextRound();
    assertThat(leaving(share)).as("there is a round to be read again in").isEmpty();
    share.nextRound();
    assertThat(leaving(share)).containsExactly(1, 2);
    share.nextRound();
    assertThat(leaving(share)).isEmpty();
  }

  @Test
  void what_is_used_in_three_rounds_stays_though_its_uses_count_as_one() {
    PageCacheShare share = new PageCacheShare(Integer.MAX_VALUE);
    share.used(100, 2);
    share.used(100, 2);
    for (int round = 0; round < 2; round++) {
      share.nextRound();
      assertThat(leaving(share)).as("round %d", round).isEmpty();
      share.used(100, 2);
    }
    share.nextRound();
    share.nextRound();
    assertThat(leaving(share)).as("left alone after three rounds").isEmpty();

    share.emptied(100);
    share.used(100, 2);
    share.nextRound();
    share.nextRound();
    assertThat(leaving(share)).as("another block in the same slot").containsExactly(100);
  }

  @Test
  void of_more_than_may_stay_the_seldom_used_leave_before_those_used_again() {
    PageCacheShare share = new PageCacheShare(2);
    share.used(1, 5);
    share.used(2, 5);
    share.used(3, 1);
    assertThat(leaving(share)).as("a scan does not push out what is hot").containsExactly(3);

    share.used(3, 5);
    share.used(1, 5);
    assertThat(leaving(share)).as("not used since the hand was there").containsExactly(2);
    assertThat(share.slots()).isEqualTo(2);

    share.filledAnew(1);
    share.used(4, 9);
    assertThat(leaving(share)).isEmpty();
  }

  @Test
  void never_more_than_the_bound_stay_whatever_is_used() {
    SplittableRandom random = new SplittableRandom(11);
    PageCacheShare share = new PageCacheShare(10);
    for (int step = 0; step < 20_000; step++) {
      switch (random.nextInt(10)) {
        case 0 -> share.nextRound();
        case 1 -> share.emptied(random.nextInt(5000));
        case 2 -> share.filledAnew(random.nextInt(5000));
        default -> share.used(random.nextInt(5000), random.nextInt(5));
      }
      if (random.nextInt(100) == 0) {
        leaving(share);
        assertThat(share.isOverfull()).as("step %d of seed 11", step).isFalse();
        assertThat(share.slots()).isBetween(0, 10);
      }
    }
  }

  @Test
  void a_share_of_nothing_keeps_nothing() {
    PageCacheShare share = new PageCacheShare(0);
    share.used(7, 100);
    assertThat(leaving(share)).containsExactly(7);
  }

  @Test
  void a_slot_that_is_empty_again_leaves_at_once_and_counts_until_then() {
    PageCacheShare share = new PageCacheShare(2);
    share.used(1, 9);
    share.emptied(1);
    assertThat(share.slots()).isEqualTo(1);
    assertThat(leaving(share)).containsExactly(1);
    assertThat(share.slots()).isZero();
  }

  @Test
  void a_slot_that_is_filled_anew_is_not_asked_for_what_was_in_it() {
    PageCacheShare share = new PageCacheShare(2);
    share.used(1, 1);
    share.emptied(1);
    share.filledAnew(1);
    assertThat(share.slots()).isZero();
    share.nextRound();
    share.nextRound();
    assertThat(leaving(share)).isEmpty();
  }

  private static List<Integer> leaving(PageCacheShare share) {
    List<Integer> slots = new ArrayList<>();
    for (int slot = share.nextToLeave(); slot != SlotTable.NONE; slot = share.nextToLeave()) {
      slots.add(slot);
    }
    return slots;
  }
}
