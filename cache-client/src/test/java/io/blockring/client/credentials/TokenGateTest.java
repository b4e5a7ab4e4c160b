package io.blockring.client.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenGateTest {
  private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
  private static final String OLD = "old-secret-old-secret-old-secret-old-secret";
  private static final String NEW = "new-secret-new-secret-new-secret-new-secret";

  @TempDir private Path directory;

  private static TokenGate gate(String... secrets) {
    return new TokenGate(ClusterSecret.of(secrets), InstantSource.fixed(NOW));
  }

  private static String token(String secret, String name, Instant at) {
    return new PeerToken(ClusterSecret.of(secret), name, InstantSource.fixed(at)).text();
  }

  private static boolean admits(TokenGate gate, @Nullable String token) {
    return gate.admits(token, () -> "a test");
  }

  @Test
  void admits_who_holds_the_secret_and_nobody_else() {
    TokenGate gate = gate(OLD);
    assertThat(admits(gate, token(OLD, "node-1", NOW))).isTrue();
    assertThat(admits(gate, token(OLD, "node-1", NOW))).as("again").isTrue();
    assertThat(admits(gate, token(OLD, "with.dots", NOW))).isTrue();
    assertThat(admits(gate, token(NEW, "node-1", NOW))).isFalse();
    assertThat(admits(gate, null)).isFalse();
    assertThat(gate.refused()).isEqualTo(2);
  }

  @Test
  void clocks_may_differ_by_ten_minutes_and_no_more() {
    TokenGate gate = gate(OLD);
    Duration most = TokenGate.MAX_AGE;
    assertThat(admits(gate, token(OLD, "n", NOW.minus(most)))).isTrue();
    assertThat(admits(gate, token(OLD, "n", NOW.plus(most)))).isTrue();
    assertThat(admits(gate, token(OLD, "n", NOW.minus(most).minusSeconds(1)))).isFalse();
    assertThat(admits(gate, token(OLD, "n", NOW.plus(most).plusSeconds(60)))).isFalse();
  }

  @Test
  void a_token_that_was_good_is_not_good_for_ever() {
    Instant[] now = {NOW};
    TokenGate gate = new TokenGate(ClusterSecret.of(OLD), () -> now[0]);
    String token = token(OLD, "n", NOW);
    assertThat(admits(gate, token)).isTrue();
    now[0] = NOW.plus(TokenGate.MAX_AGE).plusSeconds(60);
    assertThat(admits(gate, token)).isFalse();
  }

  @Test
  void a_token_is_made_once_a_minute() {
    Instant[] now = {NOW};
    PeerToken token = new PeerToken(ClusterSecret.of(OLD), "n", () -> now[0]);
    String first = token.text();
    now[0] = NOW.plusSeconds(59);
    assertThat(token.text()).isSameAs(first);
    now[0] = NOW.plusSeconds(60);
    assertThat(token.text()).isNotEqualTo(first);
  }

  @Test
  void no_changed_character_is_accepted_and_nothing_crashes() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    TokenGate gate = gate(OLD);
    String good = token(OLD, "node-1", NOW);
    for (int round = 0; round < 5_000; round++) {
      int at = random.nextInt(good.length());
      String bad =
          good.substring(0, at)
              + (char) (good.charAt(at) ^ (1 << random.nextInt(7)))
              + good.substring(at + 1);
      assertThat(admits(gate, bad)).as("seed %d: %s", seed, bad).isFalse();
    }
    for (String odd :
        List.of(
            "",
            ".",
            "...",
            "1.1.x.n",
            "1.999999999999999999999.x.n",
            "1.-1.x.n",
            "x".repeat(9999))) {
      assertThat(admits(gate, odd)).as(odd).isFalse();
    }
  }

  /** Added as a second line everywhere, made the first, the old one dropped. */
  @Test
  void a_secret_is_replaced_node_by_node() throws IOException {
    assertThat(admits(gate(OLD, NEW), token(NEW, "n", NOW))).isTrue();
    assertThat(admits(gate(NEW, OLD), token(OLD, "n", NOW))).isTrue();
    ClusterSecret both = ClusterSecret.of(NEW, OLD);
    assertThat(admits(gate(NEW), new PeerToken(both, "n", InstantSource.fixed(NOW)).text()))
        .isTrue();
  }

  @Test
  void what_was_good_by_a_dropped_secret_is_not_remembered() throws Exception {
    Path file = secretFile(OLD + "\n");
    ClusterSecret secret = ClusterSecret.open(file);
    TokenGate gate = new TokenGate(secret, InstantSource.fixed(NOW));
    assertThat(admits(gate, token(OLD, "n", NOW))).isTrue();
    secretFile(NEW + "\n");
    // The file is looked at once a second.
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (admits(gate, token(OLD, "n", NOW)) && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    assertThat(admits(gate, token(OLD, "n", NOW))).isFalse();
    assertThat(admits(gate, token(NEW, "n", NOW))).isTrue();
  }

  @Test
  void short_secrets_and_odd_names_are_refused_without_being_shown() throws IOException {
    Path weak = secretFile("hunter2\n");
    assertThatThrownBy(() -> ClusterSecret.open(weak))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("7 characters, at least 32")
        .hasMessageNotContaining("hunter2");
    Path none = secretFile("\n");
    assertThatThrownBy(() -> ClusterSecret.open(none)).hasMessageContaining("has 0 secrets");
    assertThatThrownBy(() -> new PeerToken(ClusterSecret.of(OLD), "a b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Path secretFile(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }
}
