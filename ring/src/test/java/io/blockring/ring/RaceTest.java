package io.blockring.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RaceTest {

  private static Race race(int slotBits, List<RingMember> members) {
    var racers = new Racers(new RingParameters(slotBits, 0, 0), members);
    return new Race(slotBits, racers.keys(), racers.weights());
  }

  @Test
  void a_racer_gives_each_rank_once_per_block_and_finds_its_way_back() {
    for (int bits = RingParameters.MIN_SLOT_BITS; bits <= 14; bits++) {
      var shuffle = new Shuffle(bits);
      for (long key = 1; key <= 20; key++) {
        long key1 = Shuffle.mix(key);
        long key2 = Shuffle.mix(key1);
        Shuffle.Inverse inverse = shuffle.inverse(key1, key2);
        boolean[] isTaken = new boolean[1 << bits];
        for (int offset = 0; offset < isTaken.length; offset++) {
          int rank = shuffle.rank(key1, key2, offset);
          assertThat(isTaken[rank]).as("rank %d of %d bits", rank, bits).isFalse();
          isTaken[rank] = true;
          assertThat(inverse.offset(rank)).isEqualTo(offset);
        }
      }
    }
  }

  @Test
  void quantiles_grow_and_have_the_mean_of_the_exponential_distribution() {
    double sum = 0;
    long before = -1;
    int step = 1 << 8;
    for (int quantile = 0; quantile < 1 << ExponentialQuantiles.QUANTILE_BITS; quantile += step) {
      long time = ExponentialQuantiles.time(quantile);
      assertThat(time).isGreaterThan(before).isLessThan(1L << 44);
      before = time;
      sum += time;
    }
    double mean = sum / (1 << (ExponentialQuantiles.QUANTILE_BITS - 8));
    assertThat(mean / (1L << ExponentialQuantiles.FRACTION_BITS)).isCloseTo(1, within(1e-4));
  }

  @Test
  void arrivals_are_exponential_with_the_weight_as_rate() {
    Race race = race(18, MemberSets.oneTwoThree(3));
    for (int racer = 0; racer < race.size(); racer++) {
      double sum = 0;
      for (int slot = 0; slot < race.slotCount(); slot++) {
        sum += Race.timeOf(race.arrival(racer, slot));
      }
      double mean = sum / race.slotCount() / (1L << ExponentialQuantiles.FRACTION_BITS);
      int weight =
          new Racers(new RingParameters(18, 0, 0), MemberSets.oneTwoThree(3)).weights()[racer];
      assertThat(mean * weight).isCloseTo(1, within(1e-3));
    }
  }

  @Test
  void first_two_arrivals_are_independent_of_each_other() {
    // Of pairs of equal racers each (first, second) is equally likely: chi-square over 20 × 19
    // pairs. Above the mean by 6 standard deviations means that two shuffles know of each other.
    int racers = 20;
    Race race = race(18, MemberSets.equal(racers));
    int[] seen = new int[racers * racers];
    for (int slot = 0; slot < race.slotCount(); slot++) {
      var order = new RaceOrder(race, slot, -1);
      seen[Race.racerOf(order.nextLong()) * racers + Race.racerOf(order.nextLong())]++;
    }
    double expected = race.slotCount() / (double) (racers * (racers - 1));
    double chiSquare = 0;
    for (int pair = 0; pair < seen.length; pair++) {
      if (pair / racers != pair % racers) {
        chiSquare += (seen[pair] - expected) * (seen[pair] - expected) / expected;
      }
    }
    double mean = racers * (racers - 1) - 1;
    assertThat(chiSquare).isLessThan(mean + 6 * Math.sqrt(2 * mean));
  }

  @Test
  void race_order_gives_every_racer_once_in_order_of_arrival() {
    Race race = race(12, MemberSets.logNormal(300, 3));
    for (int slot = 0; slot < race.slotCount(); slot += 97) {
      long[] expected = new long[race.size()];
      for (int racer = 0; racer < race.size(); racer++) {
        expected[racer] = race.arrival(racer, slot);
      }
      Arrays.sort(expected);
      long[] found = new long[race.size()];
      var order = new RaceOrder(race, slot, -1);
      for (int i = 0; i < found.length; i++) {
        assertThat(order.hasNext()).isTrue();
        found[i] = order.nextLong();
      }
      assertThat(found).isEqualTo(expected);
      assertThat(order.hasNext()).isFalse();
    }
  }
}
