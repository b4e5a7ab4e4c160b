package io.blockring.client.rate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SECOND); // about to overflow

  private TokenBucket bucket(long rate, Duration credit) {
    return new TokenBucket(() -> rate, credit, nanos::get);
  }

  @Test
  void without_credit_bytes_are_spaced_and_none_saved_up() {
    TokenBucket bucket = bucket(1_000, Duration.ZERO);
    assertThat(bucket.book(500)).isZero();
    assertThat(bucket.book(500)).isEqualTo(SECOND / 2);
    nanos.addAndGet(10 * SECOND);
    assertThat(bucket.book(1_000)).isZero();
    assertThat(bucket.book(1)).isEqualTo(SECOND);
  }

  @Test
  void an_idle_time_leaves_the_credit_and_no_more() {
    TokenBucket bucket = bucket(1_000, Duration.ofSeconds(1));
    nanos.addAndGet(60 * SECOND);
    assertThat(bucket.book(1_000)).isZero();
    assertThat(bucket.book(1_000)).as("what was there is gone, nothing is owed").isZero();
    assertThat(bucket.book(1)).isEqualTo(SECOND);
  }

  @Test
  void a_reserve_is_left_to_those_who_may_have_all() {
    TokenBucket bucket = bucket(1_000, Duration.ofSeconds(1));
    bucket.take(750);
    assertThat(bucket.pauseNanos(0)).isZero();
    assertThat(bucket.pauseNanos(0.5)).isBetween(SECOND / 4, SECOND / 4 + 10);
    bucket.giveBack(500);
    assertThat(bucket.pauseNanos(0.5)).isZero();
  }

  @Test
  void no_more_moves_than_the_rate_and_the_credit_whoever_asks_when() {
    SplittableRandom random = new SplittableRandom(7);
    TokenBucket bucket = bucket(1_000_000, Duration.ofMillis(20));
    long start = nanos.get();
    long last = 0;
    long moved = 0;
    for (int i = 0; i < 10_000; i++) {
      nanos.addAndGet(random.nextInt(100_000));
      int count = random.nextInt(1, 200);
      last = Math.max(last, nanos.get() - start + bucket.book(count));
      moved += count;
    }
    double allowed = 1_000_000 * (last / 1e9 + 0.02) + 200;
    assertThat((double) moved).as("seed 7").isLessThanOrEqualTo(allowed);
    assertThat((double) moved).as("and the rate is made use of").isGreaterThan(allowed * 0.9);
  }
}
