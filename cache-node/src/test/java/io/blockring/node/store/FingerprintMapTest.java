package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintMapTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void agrees_with_a_hash_map_under_any_history(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] fingerprints = new long[20_001];
    for (int reference = 1; reference < fingerprints.length; reference++) {
      // Few shards and few homes, so that probes run into each other.
      fingerprints[reference] =
          (long) random.nextInt(3) << 56 | (long) reference << 32 | random.nextInt(1 << 12) << 20;
    }
    FingerprintMap map = new FingerprintMap(reference -> fingerprints[reference]);
    Map<Long, Integer> model = new HashMap<>();
    for (int step = 0; step < 200_000; step++) {
      int reference = 1 + random.nextInt(fingerprints.length - 1);
      long fingerprint = fingerprints[reference];
      assertThat(map.find(fingerprint)).isEqualTo(model.getOrDefault(fingerprint, 0));
      if (model.remove(fingerprint) != null) {
        map.remove(fingerprint);
      } else {
        map.put(fingerprint, reference);
        model.put(fingerprint, reference);
      }
    }
    model.forEach(
        (fingerprint, reference) -> assertThat(map.find(fingerprint)).isEqualTo(reference));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 50_000, 400_000})
  void finds_all_however_many_were_expected(int expected) {
    SplittableRandom random = new SplittableRandom(expected);
    long[] fingerprints = random.longs(50_001).toArray();
    FingerprintMap map = new FingerprintMap(reference -> fingerprints[reference]);
    map.expect(expected);
    for (int reference = 1; reference < fingerprints.length; reference++) {
      map.put(fingerprints[reference], reference);
    }
    map.trim();
    for (int reference = 1; reference < fingerprints.length; reference++) {
      assertThat(map.find(fingerprints[reference])).isEqualTo(reference);
    }
    assertThat(map.memoryBytes()).isLessThan(fingerprints.length * 8L + 256 * 4 * 16 * 4);
  }
}
