package io.blockring.ring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Tables that every version, JVM and CPU must reproduce: a change here moves the data of every
 * cluster, so it needs another algorithm name in the fingerprint and a way to migrate.
 */
final class RingGoldenTest {

  @Test
  void tables_are_those_of_the_first_release() throws IOException {
    StringBuilder found = new StringBuilder();
    sets().forEach((name, ring) -> found.append(name + " " + checksum(ring) + "\n"));
    assertThat(found.toString()).isEqualTo(golden());
  }

  private static String golden() throws IOException {
    try (InputStream file = RingGoldenTest.class.getResourceAsStream("golden-tables.txt")) {
      return new String(requireNonNull(file).readAllBytes(), UTF_8);
    }
  }

  private static Map<String, Ring> sets() {
    Map<String, Ring> rings = new LinkedHashMap<>();
    for (int bits : new int[] {14, 16, 18}) {
      for (int count : new int[] {1, 3, 10, 100}) {
        put(rings, "equal", bits, 20_000, 0, MemberSets.equal(count));
        put(rings, "logNormal", bits, 20_000, 7, MemberSets.logNormal(count, 1));
      }
    }
    put(rings, "oneTwoThree", 10, 20_000, 0, MemberSets.oneTwoThree(3));
    put(rings, "logNormal", 14, 0, 0, MemberSets.logNormal(50, 2));
    put(rings, "logNormal", 18, 5_000, -1, MemberSets.logNormal(1000, 3));
    put(rings, "equal", 17, 1_000_000, 0, MemberSets.equal(1000));
    return rings;
  }

  private static void put(
      Map<String, Ring> rings,
      String weights,
      int bits,
      int epsilonPpm,
      long seed,
      List<RingMember> members) {
    String name =
        "%s %d bits %d epsilon %d seed %d"
            .formatted(weights, members.size(), bits, epsilonPpm, seed);
    rings.put(name, Ring.of(new RingParameters(bits, epsilonPpm, seed), members));
  }

  /** Over the owners' ids in slot order. */
  private static String checksum(Ring ring) {
    var hash = new Sha256();
    for (int slot = 0; slot < ring.parameters().slotCount(); slot++) {
      hash.add(ring.ownerOf(slot).orElseThrow().id());
    }
    return hash.hex();
  }
}
