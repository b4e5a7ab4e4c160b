package io.blockring.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The fast build against the definition: all pairs of racer and slot by time, racer, slot, each
 * slot going to the first racer below its cap.
 */
final class RingOracleTest {

  private record Pair(long arrival, int slot) {}

  @ParameterizedTest
  @CsvSource({
    "10, 0",
    "10, 5000",
    "10, 20000",
    "12, 0",
    "12, 5000",
    "12, 20000",
    "15, 0",
    "15, 20000",
  })
  void equals_the_walk_over_all_pairs(int slotBits, int epsilonPpm) {
    var parameters = new RingParameters(slotBits, epsilonPpm, slotBits);
    for (int count : slotBits > 12 ? new int[] {3, 10} : new int[] {1, 2, 3, 10, 50}) {
      assertEqualsOracle(parameters, MemberSets.equal(count));
      assertEqualsOracle(parameters, MemberSets.logNormal(count, count));
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "20000"})
  void equals_the_walk_when_members_have_a_few_slots_each(int epsilonPpm) {
    assertEqualsOracle(new RingParameters(10, epsilonPpm, 1), MemberSets.logNormal(300, 1));
  }

  private static void assertEqualsOracle(RingParameters parameters, List<RingMember> members) {
    char[] expected = walk(parameters, members);
    assertThat(Ring.of(parameters, members).ownerTable())
        .as("%s, %d members", parameters, members.size())
        .isEqualTo(expected);
  }

  private static char[] walk(RingParameters parameters, List<RingMember> members) {
    var racers = new Racers(parameters, members);
    var race = new Race(parameters.slotBits(), racers.keys(), racers.weights());
    int[] places = Caps.of(parameters.slotCount(), parameters.epsilonPpm(), racers.weights());
    char[] owners = new char[parameters.slotCount()];
    Arrays.fill(owners, (char) Race.MAX_RACERS);
    for (Pair pair : sortedPairs(race)) {
      int racer = Race.racerOf(pair.arrival());
      if (owners[pair.slot()] == Race.MAX_RACERS && places[racer] > 0) {
        owners[pair.slot()] = (char) racer;
        places[racer]--;
      }
    }
    return owners;
  }

  private static Pair[] sortedPairs(Race race) {
    Pair[] pairs = new Pair[race.size() * race.slotCount()];
    for (int slot = 0; slot < race.slotCount(); slot++) {
      for (int racer = 0; racer < race.size(); racer++) {
        pairs[slot * race.size() + racer] = new Pair(race.arrival(racer, slot), slot);
      }
    }
    Arrays.sort(pairs, Comparator.comparingLong(Pair::arrival).thenComparingInt(Pair::slot));
    return pairs;
  }
}
