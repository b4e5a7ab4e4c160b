package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.LocalNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An owner killed in the middle of its fills costs nobody an error: readers go on with the next
 * owner, and those of the killed node's own S3 endpoint with their second one.
 */
@ExtendWith(SharedStage.class)
class KilledPeerIT {
  private static final String INJECTED = "node-3 (half of all blocks): kill -9, then started again";

  @Test
  void a_filler_that_is_killed_is_replaced(Stage stage) throws Exception {
    LocalNode victim = stage.node(3);
    try (Scenario scenario = Scenario.on(stage, "KilledPeer", INJECTED)) {
      scenario.giveSecondEndpoint(victim, stage.node(1));
      Outcome outcome = scenario.play(new Fault(victim::kill, victim::start));
      assertThat(outcome.hitErrors()).as("errors of hits").isEmpty();
      assertThat(outcome.coldErrors()).as("errors of fills").isEmpty();
      assertThat(outcome.bytesRatio()).as("bytes from the bucket").isLessThan(2);
      assertThat(outcome.longestWait()).isLessThan(Duration.ofSeconds(15));
    }
  }
}
