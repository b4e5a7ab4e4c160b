package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.LocalNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An owner that stops for seconds, with all its connections open, costs nobody an error; only who
 * reads through that very node waits until it goes on.
 */
@ExtendWith(SharedStage.class)
class PausedPeerIT {
  private static final String INJECTED = "node-3 (half of all blocks): SIGSTOP, then SIGCONT";

  @Test
  void others_answer_for_an_owner_that_is_stopped(Stage stage) throws Exception {
    LocalNode victim = stage.node(3);
    try (Scenario scenario = Scenario.on(stage, "PausedPeer", INJECTED)) {
      // Longer than it takes the others to see that it does not answer.
      scenario.lasts(8);
      Outcome outcome = scenario.play(new Fault(victim::pause, victim::resume));
      assertThat(outcome.hitErrors()).as("errors of hits").isEmpty();
      assertThat(outcome.coldErrors()).as("errors of fills").isEmpty();
      assertThat(outcome.bytesRatio()).as("bytes from the bucket").isLessThan(2);
      assertThat(outcome.longestWait(scenario.readersBeside(victim)))
          .isLessThan(Duration.ofSeconds(15));
      assertThat(outcome.longestWait()).isLessThan(Duration.ofSeconds(30));
    } finally {
      victim.resume();
    }
  }
}
