package io.blockring.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private final AtomicLong clock = new AtomicLong();
  private final Breaker breaker =
      new Breaker(Duration.ofSeconds(2), Duration.ofSeconds(5), clock::get);

  @Test
  void leaves_the_bucket_alone_after_one_failure() {
    assertThat(breaker.mayAsk()).isTrue();
    breaker.failed("refused");
    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.reason()).isEqualTo("refused");
    pass(1999);
    assertThat(breaker.mayAsk()).isFalse();
  }

  @Test
  void lets_one_question_through_after_a_pause() {
    breaker.failed("refused");
    pass(2000);
    assertThat(breaker.mayAsk()).isTrue();
    assertThat(breaker.mayAsk()).isFalse();
    breaker.succeeded();
    assertThat(breaker.isOpen()).isFalse();
    assertThat(breaker.mayAsk()).isTrue();
    assertThat(breaker.mayAsk()).isTrue();
  }

  @Test
  void doubles_the_pause_with_each_failed_probe_up_to_a_limit() {
    breaker.failed("refused");
    for (int seconds : new int[] {2, 4, 5, 5}) {
      pass(seconds * 1000 - 1);
      assertThat(breaker.mayAsk()).as("before " + seconds + " s").isFalse();
      pass(1);
      assertThat(breaker.mayAsk()).as("after " + seconds + " s").isTrue();
      breaker.failed("still refused");
    }
    assertThat(breaker.openings()).isEqualTo(1);
  }

  @Test
  void late_failures_of_earlier_questions_change_nothing() {
    breaker.failed("refused");
    pass(1000);
    breaker.failed("refused too");
    pass(1000);
    assertThat(breaker.mayAsk()).isTrue();
  }

  @Test
  void a_probe_that_never_tells_is_followed_by_another() {
    breaker.failed("refused");
    pass(2000);
    assertThat(breaker.mayAsk()).isTrue();
    pass(2000);
    assertThat(breaker.mayAsk()).isTrue();
  }

  private void pass(long millis) {
    clock.addAndGet(Duration.ofMillis(millis).toNanos());
  }
}
