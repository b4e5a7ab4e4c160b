package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A bucket whose answers break off is asked again for the rest; while it answers nothing at all, a
 * read that needs it gets a clear error, and hits notice nothing.
 */
@ExtendWith(SharedStage.class)
class BrokenBucketIT {
  private static final Duration PROGRESS = Duration.ofSeconds(20);

  @Test
  void connections_that_are_reset(Stage stage) throws Exception {
    Toxic resets = Toxic.reset(Duration.ofMillis(20)).ofConnections(0.3);
    Outcome outcome =
        play(stage, "BucketResets", "bucket: TCP reset of 30 % of connections", resets);
    assertThat(outcome.coldErrors()).as("errors of fills").isEmpty();
  }

  @Test
  void bodies_that_end_early(Stage stage) throws Exception {
    Toxic short300 = Toxic.closeAfter(300_000).ofConnections(0.3);
    Outcome outcome =
        play(stage, "BucketTruncates", "bucket: 30 % of connections close after 300 kB", short300);
    assertThat(outcome.coldErrors()).as("errors of fills").isEmpty();
  }

  @Test
  void a_bucket_that_only_resets(Stage stage) throws Exception {
    Toxic resets = Toxic.reset(Duration.ZERO);
    Outcome outcome = play(stage, "BucketGone", "bucket: TCP reset of all connections", resets);
    assertThat(outcome.coldErrors().keySet())
        .as("errors of fills while there is no bucket")
        .allMatch(kind -> kind.contains("UNAVAILABLE") || kind.contains("503"));
  }

  private static Outcome play(Stage stage, String name, String injected, Toxic toxic)
      throws Exception {
    Toxiproxy toxiproxy = Scenario.toxiproxyOf(stage, name, injected);
    try (Scenario scenario = Scenario.on(stage, name, injected)) {
      Outcome outcome =
          scenario.play(new Fault(() -> toxiproxy.poison(Links.BUCKET, toxic), toxiproxy::heal));
      assertThat(outcome.hitErrors()).as("errors of hits").isEmpty();
      assertThat(outcome.bytesRatio()).as("bytes from the bucket").isLessThan(1.5);
      assertThat(outcome.longestWait()).isLessThan(PROGRESS);
      return outcome;
    }
  }
}
