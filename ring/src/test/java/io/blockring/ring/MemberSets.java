package io.blockring.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/** Member sets for tests: the same on every machine. */
final class MemberSets {

  private MemberSets() {}

  static List<RingMember> equal(int count) {
    return of(count, () -> 16);
  }

  /** Weights 1:2:3 × 16 in turn. */
  static List<RingMember> oneTwoThree(int count) {
    int[] made = {0};
    return of(count, () -> 16 * (made[0]++ % 3 + 1));
  }

  /** Weights 16 · exp(0.7 · N(0,1)), clamped to 2…400. */
  static List<RingMember> logNormal(int count, long seed) {
    var random = new SplittableRandom(seed);
    return of(
        count,
        () -> {
          double normal = random.doubles(12).sum() - 6;
          return (int) Math.clamp(StrictMath.round(16 * StrictMath.exp(0.7 * normal)), 2, 400);
        });
  }

  /** Three zones in turn. */
  private static List<RingMember> of(int count, IntSupplier weights) {
    return IntStream.range(0, count)
        .mapToObj(i -> new RingMember("node-" + i, weights.getAsInt(), "zone-" + i % 3))
        .toList();
  }

  static List<RingMember> without(List<RingMember> members, RingMember gone) {
    return members.stream().filter(member -> !member.equals(gone)).toList();
  }

  static List<RingMember> with(List<RingMember> members, RingMember added) {
    List<RingMember> more = new ArrayList<>(members);
    more.add(added);
    return more;
  }

  static List<RingMember> withWeight(List<RingMember> members, RingMember changed, int weight) {
    return with(without(members, changed), new RingMember(changed.id(), weight, changed.zone()));
  }
}
