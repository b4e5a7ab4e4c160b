package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockTableTest {
  private static final int SLOT_BYTES = 4 << 20;

  private final List<IndexRecord> removals = new ArrayList<>();

  private BlockTable table(int slots) {
    return new BlockTable(slots, SLOT_BYTES, 1 << 24, removals::add);
  }

  /** Reads a block: a hit, or a miss that brings it in if it is admitted. */
  private static boolean isHit(BlockTable table, long number, int length) {
    long fingerprint = Fingerprint.mix(number);
    Place found = table.lease(fingerprint);
    if (found != null) {
      table.release(found);
      return true;
    }
    Place taken = table.take(length, true);
    if (taken != null) {
      table.publish(fingerprint, taken);
    }
    return false;
  }

  @Test
  void loop_ten_times_the_store_keeps_hitting_what_came_first() {
    BlockTable table = table(1000);
    int hits = 0;
    for (int lap = 0; lap < 5; lap++) {
      for (int i = 0; i < 10_000; i++) {
        hits += isHit(table, i, SLOT_BYTES) ? 1 : 0;
      }
    }
    assertThat(hits).isGreaterThan(4 * 10_000 * 7 / 100);
  }

  @Test
  void scan_does_not_push_out_what_is_used() {
    BlockTable table = table(1000);
    SplittableRandom random = new SplittableRandom(5);
    int hot = 0;
    int hotHits = 0;
    for (int i = 0; i < 200_000; i++) {
      if (i % 2 == 0) {
        isHit(table, 1_000_000 + i, SLOT_BYTES);
      } else {
        hot++;
        hotHits += isHit(table, random.nextInt(600), SLOT_BYTES) ? 1 : 0;
      }
    }
    assertThat((double) hotHits / hot).isGreaterThan(0.95);
  }

  @Test
  void new_working_set_takes_over_from_one_that_is_used_no_more() {
    BlockTable table = table(1000);
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 50_000; i++) {
      isHit(table, random.nextInt(1000), SLOT_BYTES);
    }
    int hits = 0;
    for (int i = 0; i < 50_000; i++) {
      boolean isHit = isHit(table, 1_000_000 + random.nextInt(800), SLOT_BYTES);
      hits += isHit && i >= 40_000 ? 1 : 0;
    }
    assertThat(hits).isGreaterThan(9_000);
  }

  @Test
  void new_loop_that_fits_takes_over_from_blocks_that_are_used_no_more() {
    BlockTable table = table(1000);
    for (int i = 0; i < 20_000; i++) {
      isHit(table, i % 1000, SLOT_BYTES);
    }
    int hits = 0;
    for (int i = 0; i < 20 * 800; i++) {
      boolean isHit = isHit(table, 1_000_000 + i % 800, SLOT_BYTES);
      hits += isHit && i >= 19 * 800 ? 1 : 0;
    }
    assertThat(hits).isGreaterThan(700);
  }

  @Test
  void blocks_and_bytes_are_counted_whatever_happens() {
    BlockTable table = table(12);
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 20_000; i++) {
      long fingerprint = Fingerprint.mix(random.nextInt(3000));
      Place place = table.find(fingerprint);
      if (place != null && random.nextInt(4) == 0) {
        assertThat(table.remove(fingerprint, place)).isTrue();
      } else if (place == null) {
        Place taken =
            table.take(1 + random.nextInt(random.nextInt(8) == 0 ? SLOT_BYTES : 50_000), true);
        if (taken != null && random.nextInt(10) == 0) {
          table.abandon(taken);
        } else if (taken != null) {
          table.publish(fingerprint, taken);
        }
      }
    }
    Map<Integer, List<Place>> bySlot = new HashMap<>();
    long bytes = 0;
    int blocks = 0;
    for (int i = 0; i < 3000; i++) {
      Place place = table.find(Fingerprint.mix(i));
      if (place != null) {
        bySlot.computeIfAbsent(place.slot(), slot -> new ArrayList<>()).add(place);
        bytes += place.length();
        blocks++;
      }
    }
    assertThat(table.blocks()).isEqualTo(blocks);
    assertThat(table.bytes()).isEqualTo(bytes);
    assertThat(table.leases()).isZero();
    bySlot.values().forEach(BlockTableTest::assertDisjoint);
  }

  @Test
  void what_is_copied_and_restored_is_the_same_table() {
    BlockTable table = table(64);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 2000; i++) {
      isHit(table, random.nextInt(900), i % 9 == 0 ? SLOT_BYTES - i : 3000 + i);
    }
    for (int i = 0; i < 900; i++) {
      Place place = table.find(Fingerprint.mix(i));
      assertThat(place == null || table.commit(Fingerprint.mix(i), place)).isTrue();
    }
    List<IndexRecord> copied = new ArrayList<>();
    int slot = 0;
    while (slot != SlotTable.NONE) {
      slot = table.copyCommitted(slot, 10, copied::add);
    }

    BlockTable restored = table(64);
    copied.forEach(restored::restore);
    // Twice, as when records are replayed that a rewrite had copied already.
    copied.forEach(restored::restore);
    restored.restored();

    assertThat(restored.blocks()).isEqualTo(table.blocks()).isEqualTo(copied.size());
    assertThat(restored.bytes()).isEqualTo(table.bytes());
    for (int i = 0; i < 900; i++) {
      assertThat(restored.find(Fingerprint.mix(i))).isEqualTo(table.find(Fingerprint.mix(i)));
    }
  }

  @Test
  void impossible_records_are_passed_over() {
    BlockTable table = table(4);
    table.restore(IndexRecord.added(1, Place.large(4, 100)));
    table.restore(IndexRecord.added(1, Place.large(-1, 100)));
    table.restore(IndexRecord.added(1, Place.large(0, SLOT_BYTES + 1)));
    table.restore(IndexRecord.added(1, Place.small(0, 63, 100)));
    table.restore(IndexRecord.added(1, Place.small(0, SLOT_BYTES - 64, 100)));
    table.restore(IndexRecord.added(1, Place.small(0, 0, 2 << 20)));
    table.restore(IndexRecord.added(1, Place.small(0, Integer.MIN_VALUE, 100)));
    table.restored();
    assertThat(table.blocks()).isZero();
    assertThat(table.highWater()).isZero();
  }

  @Test
  void limit_of_blocks_is_kept_by_evicting() {
    BlockTable table = new BlockTable(8, SLOT_BYTES, 1000, removals::add);
    for (int i = 0; i < 20_000; i++) {
      isHit(table, i, 10_000);
      assertThat(table.blocks()).isLessThanOrEqualTo(1000);
    }
    assertThat(table.blocks()).isGreaterThan(400);
  }

  @Test
  void large_and_small_blocks_take_at_most_32_bytes_of_memory_each() {
    int blocks = 1_000_000;
    BlockTable large = table(blocks);
    for (int i = 0; i < blocks; i++) {
      isHit(large, i, SLOT_BYTES);
    }
    BlockTable small = table(blocks / 400);
    for (int i = 0; i < blocks; i++) {
      isHit(small, i, 10_000);
    }
    double perLarge = (double) large.memoryBytes() / large.blocks();
    double perSmall = (double) small.memoryBytes() / small.blocks();
    System.out.printf("bytes of memory per block: %.1f large, %.1f small%n", perLarge, perSmall);
    assertThat(large.blocks()).isEqualTo(blocks);
    assertThat(small.blocks()).isGreaterThan(blocks * 98 / 100);
    assertThat(perLarge).isLessThan(32);
    assertThat(perSmall).isLessThan(32);
  }

  @Test
  void pages_of_a_block_that_is_dropped_leave_the_page_cache_but_not_of_the_one_after_it() {
    BlockTable table = table(1);
    Place place = put(table, 1, SLOT_BYTES);
    Place leased = Objects.requireNonNull(table.lease(Fingerprint.mix(1)));
    assertThat(table.remove(Fingerprint.mix(1), place)).isTrue();
    assertThat(table.nextToLeavePageCache()).as("still read").isEqualTo(SlotTable.NONE);
    table.release(leased);
    assertThat(table.nextToLeavePageCache()).isEqualTo(place.slot());

    put(table, 2, SLOT_BYTES);
    table.remove(Fingerprint.mix(2), place);
    Place taken = Objects.requireNonNull(table.take(SLOT_BYTES, true));
    assertThat(table.nextToLeavePageCache()).as("being written").isEqualTo(SlotTable.NONE);
    table.abandon(taken);
    assertThat(table.nextToLeavePageCache()).as("not written").isEqualTo(place.slot());

    table.remove(Fingerprint.mix(2), put(table, 2, SLOT_BYTES));
    put(table, 3, SLOT_BYTES);
    assertThat(table.nextToLeavePageCache()).as("filled anew").isEqualTo(SlotTable.NONE);
  }

  @Test
  void pages_of_a_region_that_is_full_leave_the_page_cache() {
    BlockTable table = table(2);
    int length = 900_000;
    for (int i = 0; i < 4; i++) {
      table.commit(Fingerprint.mix(i), put(table, i, length));
    }
    assertThat(table.pageCache().slots()).as("it is written to").isZero();
    Place other = put(table, 4, length);
    assertThat(table.pageCache().slots()).isEqualTo(1);
    table.pageCache().nextRound();
    table.pageCache().nextRound();
    assertThat(table.nextToLeavePageCache()).isNotIn(SlotTable.NONE, other.slot());
  }

  private static Place put(BlockTable table, long number, int length) {
    Place taken = Objects.requireNonNull(table.take(length, true));
    table.publish(Fingerprint.mix(number), taken);
    return taken;
  }

  private static void assertDisjoint(List<Place> places) {
    places.sort((a, b) -> Integer.compare(a.offset(), b.offset()));
    for (int i = 1; i < places.size(); i++) {
      Place before = places.get(i - 1);
      assertThat(before.isSmall()).isTrue();
      assertThat(before.offset() + Place.recordBytes(before.length(), before.length()))
          .isLessThanOrEqualTo(places.get(i).offset());
    }
  }
}
