package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.LocalNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An owner whose block and control ports take connections and never answer costs readers time, but
 * no error and no wrong byte.
 */
@ExtendWith(SharedStage.class)
class SilentPeerIT {
  private static final String NAME = "SilentPeer";
  private static final String INJECTED =
      "node-3 (half of all blocks): block and control ports hang";

  @Test
  void others_answer_for_an_owner_that_hangs(Stage stage) throws Exception {
    Toxiproxy toxiproxy = Scenario.toxiproxyOf(stage, NAME, INJECTED);
    LocalNode victim = stage.node(3);
    try (Scenario scenario = Scenario.on(stage, NAME, INJECTED)) {
      // Longer than it takes the others to see that it does not answer.
      scenario.lasts(8);
      Outcome outcome = scenario.play(new Fault(() -> hang(toxiproxy, victim), toxiproxy::heal));
      assertThat(outcome.hitErrors()).as("errors of hits").isEmpty();
      assertThat(outcome.coldErrors()).as("errors of fills").isEmpty();
      assertThat(outcome.bytesRatio()).as("bytes from the bucket").isLessThan(2);
      assertThat(outcome.longestWait()).isLessThan(Duration.ofSeconds(15));
    }
  }

  private static void hang(Toxiproxy toxiproxy, LocalNode node) throws Exception {
    toxiproxy.poison(Links.blocks(node), Toxic.silence());
    toxiproxy.poison(Links.control(node), Toxic.silence());
  }
}
