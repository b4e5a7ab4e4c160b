package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.LocalNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A bad network between the nodes makes reads slower, never wrong, and no read fails: latency on
 * every link, an owner behind one megabit, streams in crumbs that are closed late.
 */
@ExtendWith(SharedStage.class)
class UnevenNetworkIT {
  private static final Duration PROGRESS = Duration.ofSeconds(20);

  private interface Poisoning {
    void of(Toxiproxy toxiproxy) throws Exception;
  }

  @Test
  void latency_between_all_nodes(Stage stage) throws Exception {
    Toxic latency = Toxic.latency(Duration.ofMillis(40), Duration.ofMillis(30));
    play(
        stage,
        "DistantNodes",
        "all nodes: latency 40±30 ms to block and control ports",
        toxiproxy -> {
          for (LocalNode node : stage.nodes()) {
            toxiproxy.poison(Links.blocks(node), latency);
            toxiproxy.poison(Links.control(node), latency);
          }
        });
  }

  @Test
  void an_owner_behind_a_thin_line(Stage stage) throws Exception {
    play(
        stage,
        "ThinLine",
        "node-3 (half of all blocks): block port sends 1 Mbit/s a connection",
        toxiproxy -> toxiproxy.poison(Links.blocks(stage.node(3)), Toxic.bandwidth(125_000)));
  }

  @Test
  void streams_in_crumbs_that_are_closed_late(Stage stage) throws Exception {
    play(
        stage,
        "Crumbs",
        "all nodes: block ports send 4 kB at a time, close 500 ms late; bucket too",
        toxiproxy -> {
          for (LocalNode node : stage.nodes()) {
            crumble(toxiproxy, Links.blocks(node));
          }
          crumble(toxiproxy, Links.BUCKET);
        });
  }

  private static void crumble(Toxiproxy toxiproxy, String link) throws Exception {
    toxiproxy.poison(link, Toxic.slices(4_000, Duration.ofNanos(100_000)));
    toxiproxy.poison(link, Toxic.lateClose(Duration.ofMillis(500)));
  }

  private static void play(Stage stage, String name, String injected, Poisoning poisoning)
      throws Exception {
    Toxiproxy toxiproxy = Scenario.toxiproxyOf(stage, name, injected);
    try (Scenario scenario = Scenario.on(stage, name, injected)) {
      Outcome outcome = scenario.play(new Fault(() -> poisoning.of(toxiproxy), toxiproxy::heal));
      assertThat(outcome.hitErrors()).as("errors of hits").isEmpty();
      assertThat(outcome.coldErrors()).as("errors of fills").isEmpty();
      assertThat(outcome.bytesRatio()).as("bytes from the bucket").isLessThan(2);
      assertThat(outcome.longestWait()).isLessThan(PROGRESS);
    }
  }
}
