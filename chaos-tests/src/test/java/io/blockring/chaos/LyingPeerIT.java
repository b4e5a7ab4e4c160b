package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.LocalNode;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Bits that turn over between an owner and whoever reads from it are found by the reader, which
 * asks again or elsewhere: no wrong byte, no error.
 */
@ExtendWith(SharedStage.class)
class LyingPeerIT {
  private static final String NAME = "LyingPeer";
  private static final String INJECTED =
      "node-3 (half of all blocks): a bit in 500 kB of its block port's replies turns over";
  private static final int EVERY_BYTES = 500_000;

  @Test
  void a_bit_that_turns_over_on_the_wire_reaches_nobody(Stage stage) throws Exception {
    Toxiproxy toxiproxy = Scenario.toxiproxyOf(stage, NAME, INJECTED);
    LocalNode victim = stage.node(3);
    String blocks = victim.host().bound() + ":" + victim.ports().blocks();
    try (Scenario scenario = Scenario.on(stage, NAME, INJECTED);
        BitFlipper flipper =
            BitFlipper.before(
                new InetSocketAddress(victim.host().bound(), victim.ports().blocks()),
                EVERY_BYTES,
                scenario.choices())) {
      Outcome outcome =
          scenario.play(
              new Fault(
                  () -> toxiproxy.redirect(Links.blocks(victim), flipper.address()),
                  () -> toxiproxy.redirect(Links.blocks(victim), blocks)));
      System.out.println(NAME + ": bits turned over: " + flipper.flips());
      assertThat(flipper.flips()).isPositive();
      assertThat(outcome.hitErrors()).as("errors of hits").isEmpty();
      assertThat(outcome.coldErrors()).as("errors of fills").isEmpty();
      double proved = 0;
      for (int node = 1; node <= stage.nodes().size(); node++) {
        proved += stage.metric(node, "blockring_peer_proved_bytes_total");
        assertThat(stage.metric(node, "blockring_peers_left_alone"))
            .as("peers that node %d takes for liars: flipped bits are the wire's", node)
            .isZero();
      }
      System.out.printf("%s: %,.0f bytes proved by manifests%n", NAME, proved);
      assertThat(proved).as("bytes that manifests proved").isPositive();
      assertThat(outcome.longestWait()).isLessThan(Duration.ofSeconds(15));
    } finally {
      toxiproxy.redirect(Links.blocks(victim), blocks);
    }
  }
}
