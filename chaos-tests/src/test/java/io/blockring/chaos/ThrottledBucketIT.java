package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.OriginFault;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A bucket that answers 503 to three requests of ten is asked again, later: hits notice nothing, no
 * byte comes twice, and of the cold reads that have no retries of their own a few are told clearly.
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
      assertThat(outcome.coldErrors().keySet())
          .as("errors of fills")
          .isSubsetOf("Java client: THROTTLED", "S3: 503 SlowDown");
      long told = outcome.coldErrors().values().stream().mapToLong(Long::longValue).sum();
      assertThat(told)
          .as("errors of cold reads, at most 3 of 100")
          .isLessThan(outcome.coldReads() * 3 / 100);
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
