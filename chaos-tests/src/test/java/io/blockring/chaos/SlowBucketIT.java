package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.OriginRequest.Operation;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A slow bucket is waited for, not asked again: one request for each block, two for one whose first
 * reader began in its middle, no error, and what the SSDs have is read as if nothing were.
 */
@ExtendWith(SharedStage.class)
class SlowBucketIT {
  private static final String NAME = "SlowBucket";
  private static final String INJECTED = "bucket: latency 150±100 ms, 2 MB/s a connection";

  @Test
  void a_slow_bucket_starts_no_storm_of_fills(Stage stage) throws Exception {
    Toxiproxy toxiproxy = Scenario.toxiproxyOf(stage, NAME, INJECTED);
    try (Scenario scenario = Scenario.on(stage, NAME, INJECTED)) {
      long silences = stage.silences();
      long midBlock = stage.midBlockFills();
      Outcome outcome = scenario.play(new Fault(() -> slow(toxiproxy), toxiproxy::heal));
      assertThat(outcome.hitErrors()).as("errors of hits").isEmpty();
      assertThat(outcome.coldErrors()).as("errors of fills").isEmpty();
      // A node that gets no processor may be taken for dead, and each time one block comes again.
      long again = stage.silences() - silences;
      midBlock = stage.midBlockFills() - midBlock;
      long allowed = outcome.needed().requests() / 100 + again + midBlock;
      // Once for each file of several blocks a resolver may ask for its checksum, with a HEAD.
      assertThat(outcome.asked().requests(Operation.GET))
          .as("GETs from the bucket, with %d owners taken for dead", again)
          .isLessThanOrEqualTo(outcome.needed().requests() + allowed);
      assertThat(outcome.longestWait()).isLessThan(Duration.ofSeconds(15));
    }
  }

  private static void slow(Toxiproxy toxiproxy) throws Exception {
    toxiproxy.poison(Links.BUCKET, Toxic.latency(Duration.ofMillis(150), Duration.ofMillis(100)));
    toxiproxy.poison(Links.BUCKET, Toxic.bandwidth(2_000_000));
  }
}
