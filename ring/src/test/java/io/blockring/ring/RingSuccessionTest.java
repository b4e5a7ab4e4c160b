package io.blockring.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A ring made from the one before it against the ring made from scratch. */
final class RingSuccessionTest {

  @ParameterizedTest
  @CsvSource({
    "10, 3, 0",
    "10, 40, 20000",
    "12, 10, 20000",
    "14, 3, 20000",
    "15, 60, 0",
    "16, 200, 20000"
  })
  void a_long_line_of_changes_ends_at_the_ring_made_from_scratch(
      int slotBits, int count, int epsilonPpm) {
    var random = new SplittableRandom(slotBits * 31L + count);
    List<RingMember> members = new ArrayList<>(MemberSets.logNormal(count, count));
    Ring ring = Ring.of(new RingParameters(slotBits, epsilonPpm, 5), members);
    for (int change = 0; change < 40; change++) {
      changeAtRandom(members, random, change);
      ring = ring.with(members);
      assertSame(ring, Ring.of(ring.parameters(), members));
    }
  }

  private static void changeAtRandom(
      List<RingMember> members, SplittableRandom random, int change) {
    int weight = random.nextInt(4) == 0 ? 0 : random.nextInt(1, 100);
    int at = members.isEmpty() ? 0 : random.nextInt(members.size());
    int kind = members.isEmpty() ? 0 : random.nextInt(4);
    switch (kind) {
      case 0 -> members.add(new RingMember("new-" + change, weight, ""));
      case 1 -> members.remove(at);
      case 2 -> members.set(at, new RingMember(members.get(at).id(), weight, "moved"));
      default -> {
        members.set(at, new RingMember("replaced-" + change, weight, ""));
        members.set(0, new RingMember(members.get(0).id(), 50, ""));
      }
    }
  }

  @Test
  void an_empty_ring_is_followed_by_a_full_one_and_back() {
    List<RingMember> members = MemberSets.logNormal(20, 1);
    Ring empty = Ring.of(new RingParameters(12, 20_000, 0), List.of());
    Ring full = empty.with(members);
    assertSame(full, Ring.of(empty.parameters(), members));
    assertThat(full.with(List.of()).isEmpty()).isTrue();
    assertSame(full.with(MemberSets.equal(20)), Ring.of(empty.parameters(), MemberSets.equal(20)));
  }

  private static void assertSame(Ring ring, Ring scratch) {
    assertThat(ring.ownerTable()).isEqualTo(scratch.ownerTable());
    assertThat(ring.fingerprint()).isEqualTo(scratch.fingerprint());
    assertThat(ring.loads()).isEqualTo(scratch.loads());
    for (int slot = 0; slot < ring.parameters().slotCount(); slot += 211) {
      assertThat(ring.failoverWalk(slot)).containsExactlyElementsOf(scratch.failoverWalk(slot));
      assertThat(ring.owners(slot, 3)).isEqualTo(scratch.owners(slot, 3));
    }
  }
}
