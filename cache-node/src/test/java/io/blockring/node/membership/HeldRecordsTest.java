package io.blockring.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.blockring.node.book.Book;
import io.blockring.node.book.RecordKey;
import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import io.blockring.ring.RingParameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

class HeldRecordsTest {
  private static final RingParameters SMALL = new RingParameters(12, 20_000, 0);

  @TempDir Path directory;
  private Book book;
  private HeldRecords held;

  @BeforeEach
  void open() {
    book = Book.open(directory.resolve("book"), "a");
    held = new HeldRecords(book, "a");
  }

  @Test
  void holds_what_it_owned_in_any_ring_before_and_does_not_own_now() {
    Random random = new Random(5);
    RoaringBitmap ever = new RoaringBitmap();
    Ring ring = Ring.of(SMALL, List.of(member("a", 3), member("b", 3)));
    for (int change = 0; change < 30; change++) {
      ever.or(ring.slotsOf("a"));
      List<RingMember> members = new ArrayList<>();
      members.add(member("a", random.nextInt(6)));
      for (String other : List.of("b", "c", "d")) {
        if (random.nextBoolean()) {
          members.add(member(other, random.nextInt(6)));
        }
      }
      Ring next = Ring.of(SMALL, members);
      held.ringChanged(ring, next);
      ring = next;
      assertThat(own()).isEqualTo(RoaringBitmap.andNot(ever, ring.slotsOf("a")));
    }
  }

  @Test
  void what_was_handed_over_is_held_no_more_and_all_of_it_leaves_a_tombstone() {
    Ring alone = Ring.of(SMALL, List.of(member("a", 1)));
    Ring drained = Ring.of(SMALL, List.of(member("a", 0), member("b", 1)));
    held.ringChanged(alone, drained);
    held.handedOver(RoaringBitmap.bitmapOfRange(0, 4000));
    assertThat(own()).isEqualTo(RoaringBitmap.bitmapOfRange(4000, 4096));
    held.handedOver(own());
    assertThat(held.all()).isEmpty();
    assertThat(book.living(HeldRecords.HELD)).isEmpty();
    assertThat(book.size()).isEqualTo(1);
  }

  @Test
  void the_largest_ring_fits_in_records() {
    RingParameters large = new RingParameters(20, 20_000, 0);
    Ring two = Ring.of(large, List.of(member("a", 1), member("b", 1)));
    RoaringBitmap before = two.slotsOf("a");
    held.ringChanged(two, Ring.of(large, List.of(member("b", 1))));
    assertThat(own()).isEqualTo(before);
    assertThat(book.living(HeldRecords.HELD)).hasSize(4);
  }

  @Test
  void survives_a_restart_and_is_read_by_others() {
    Ring alone = Ring.of(SMALL, List.of(member("a", 1)));
    held.ringChanged(alone, Ring.of(SMALL, List.of(member("b", 1))));
    Book again = Book.open(directory.resolve("book"), "b");
    assertThat(new HeldRecords(again, "b").all())
        .containsOnlyKeys("a")
        .containsValue(RoaringBitmap.bitmapOfRange(0, 4096));
  }

  @Test
  void a_record_that_is_no_set_of_slots_is_ignored() {
    book.put(new RecordKey(HeldRecords.HELD, "b/0"), ByteString.copyFromUtf8("nonsense"));
    book.put(new RecordKey(HeldRecords.HELD, "c"), ByteString.copyFromUtf8(""));
    assertThat(held.all()).isEmpty();
  }

  private RoaringBitmap own() {
    held.all();
    return held.of("a");
  }

  private static RingMember member(String id, int weight) {
    return new RingMember(id, weight, "");
  }
}
