package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.OriginFault;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A bucket that answers 503 to three requests of ten is asked again, later; nobody gets an error,
 * and no byte comes twice.
 */
@ExtendWith(SharedStage.class)
class ThrottledBucketIT {
  private static final double SHARE = 0.3;

  @Test
  void throttling_is_waited_out(Stage stage) throws Exception {
    try (Scenario scenario =
        Scenario.on(stage, "ThrottledBucket", "bucket: 30 % of requests 503")) {
      RandomGenerator choices = scenario.choices();
      long silences = stage.silences();
      Outcome outcome =
          scenario.play(
              new Fault(
                  () -> stage.bucket().proxy().breakWith(_ -> next(choices)),
                  stage.bucket().proxy()::heal));
      assertThat(outcome.hitErrors()).as("errors of hits").isEmpty();
      assertThat(outcome.coldErrors()).as("errors of fills").isEmpty();
      long again = stage.silences() - silences;
      assertThat(outcome.bytesRatio())
          .as("bytes from the bucket, with %d owners taken for dead", again)
          .isLessThanOrEqualTo(1.01 + (double) again / outcome.needed().requests());
      assertThat(outcome.requestsRatio()).as("requests to the bucket").isLessThan(2);
      assertThat(outcome.longestWait()).isLessThan(Duration.ofSeconds(15));
    }
  }

  private static OriginFault next(RandomGenerator choices) {
    synchronized (choices) {
      return choices.nextDouble() < SHARE ? new OriginFault.Refuse(503) : OriginFault.NONE;
    }
  }
}
