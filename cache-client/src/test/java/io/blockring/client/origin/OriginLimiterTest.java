package io.blockring.client.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLimiter.Permit;
import io.blockring.client.origin.OriginLimiter.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OriginLimiterTest {
  private final OriginCounters counters = new OriginCounters();

  private OriginLimiter limiter(int max, int maxWaiting) {
    return new OriginLimiter("s3://bucket/", max, maxWaiting, counters);
  }

  @Test
  void a_throttled_request_halves_the_limit_once_for_all_that_left_with_it() throws Exception {
    OriginLimiter limiter = limiter(16, 0);
    List<Permit> permits = acquire(limiter, 16);
    permits.forEach(p -> p.release(Verdict.THROTTLED));
    assertThat(counters.concurrencyLimit()).isEqualTo(8);

    acquire(limiter, 1).getFirst().release(Verdict.THROTTLED);
    assertThat(counters.concurrencyLimit()).isEqualTo(4);
    assertThat(counters.inFlight()).isZero();
  }

  @Test
  void the_limit_never_falls_below_1_and_grows_back_to_the_maximum() throws Exception {
    OriginLimiter limiter = limiter(4, 0);
    for (int i = 0; i < 10; i++) {
      acquire(limiter, 1).getFirst().release(Verdict.THROTTLED);
    }
    assertThat(counters.concurrencyLimit()).isEqualTo(1);

    for (int rounds = 0; counters.concurrencyLimit() < 4; rounds++) {
      assertThat(rounds).isLessThan(50);
      acquire(limiter, counters.concurrencyLimit()).forEach(p -> p.release(Verdict.SUCCEEDED));
    }
    acquire(limiter, 4).forEach(p -> p.release(Verdict.SUCCEEDED));
    assertThat(counters.concurrencyLimit()).isEqualTo(4);
  }

  @Test
  void each_round_of_good_requests_raises_the_limit_by_one_and_no_more() throws Exception {
    OriginLimiter limiter = limiter(64, 0);
    acquire(limiter, 1).getFirst().release(Verdict.THROTTLED);
    for (int rounds = 1; rounds <= 16; rounds++) {
      acquire(limiter, counters.concurrencyLimit()).forEach(p -> p.release(Verdict.SUCCEEDED));
      assertThat(counters.concurrencyLimit()).isBetween(32 + rounds / 2, 32 + rounds);
    }
  }

  @Test
  void failures_that_say_nothing_of_load_leave_the_limit_alone() throws Exception {
    OriginLimiter limiter = limiter(16, 0);
    acquire(limiter, 16).forEach(p -> p.release(Verdict.NEUTRAL));
    assertThat(counters.concurrencyLimit()).isEqualTo(16);
  }

  @Test
  void a_limit_that_is_not_used_does_not_grow() throws Exception {
    OriginLimiter limiter = limiter(16, 0);
    acquire(limiter, 1).getFirst().release(Verdict.THROTTLED);

    for (int i = 0; i < 1000; i++) {
      acquire(limiter, 1).getFirst().release(Verdict.SUCCEEDED);
    }

    assertThat(counters.concurrencyLimit()).isEqualTo(8);
  }

  @Test
  void a_full_queue_sends_callers_away_with_the_numbers() throws Exception {
    OriginLimiter limiter = limiter(1, 0);
    acquire(limiter, 1);

    OriginException e =
        catchThrowableOfType(OriginException.class, () -> limiter.acquire(in(60_000)));

    assertThat(e.kind()).isEqualTo(Kind.THROTTLED);
    assertThat(e.isOfOrigin()).isFalse();
    assertThat(e).hasMessageContainingAll("s3://bucket/", "1 requests run, 1 may", "0 of 0");
    assertThat(e.retryAfter()).isPositive();
    assertThat(counters.shed()).isEqualTo(1);
  }

  @Test
  void a_caller_waits_no_longer_than_its_deadline() throws Exception {
    OriginLimiter limiter = limiter(1, 10);
    acquire(limiter, 1);

    OriginException e = catchThrowableOfType(OriginException.class, () -> limiter.acquire(in(20)));

    assertThat(e.kind()).isEqualTo(Kind.THROTTLED);
    assertThat(counters.waiting()).isZero();
  }

  @Test
  void callers_get_their_turn_in_order() throws Exception {
    OriginLimiter limiter = limiter(1, 100);
    Permit first = acquire(limiter, 1).getFirst();
    List<Integer> order = new ArrayList<>(); // written by whoever has the one permit
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int number = i;
      callers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Permit permit = limiter.acquire(in(60_000));
                      order.add(number);
                      permit.release(Verdict.SUCCEEDED);
                    } catch (OriginException e) {
                      throw new AssertionError(e);
                    }
                  }));
      while (counters.waiting() <= i) {
        Thread.yield();
      }
    }

    first.release(Verdict.SUCCEEDED);
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(order).isSorted().hasSize(20);
  }

  @Test
  void an_interrupted_caller_loses_nobody_a_turn() throws Exception {
    OriginLimiter limiter = limiter(1, 100);
    Permit first = acquire(limiter, 1).getFirst();
    CountDownLatch failed = new CountDownLatch(1);
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    limiter.acquire(in(60_000));
                  } catch (OriginException e) {
                    if (e.kind() == Kind.UNAVAILABLE && Thread.currentThread().isInterrupted()) {
                      failed.countDown();
                    }
                  }
                });
    caller.interrupt();
    assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();

    first.release(Verdict.SUCCEEDED);
    first.release(Verdict.SUCCEEDED);

    acquire(limiter, 1);
    assertThat(counters.inFlight()).as("a second release does nothing").isEqualTo(1);
  }

  @Test
  void never_more_run_than_the_limit_says_under_contention() throws Exception {
    OriginLimiter limiter = limiter(7, 1000);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Deque<Thread> callers = new ArrayDeque<>();
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < 200; i++) {
      Verdict verdict = Verdict.values()[i % 3];
      callers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Permit permit = limiter.acquire(in(60_000));
                      most.accumulateAndGet(running.incrementAndGet(), Math::max);
                      Thread.yield();
                      running.decrementAndGet();
                      permit.release(verdict);
                      done.incrementAndGet();
                    } catch (OriginException e) {
                      throw new AssertionError(e);
                    }
                  }));
    }
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(done).hasValue(200);
    assertThat(most.get()).isBetween(1, 7);
    assertThat(counters.inFlight()).isZero();
    assertThat(counters.waiting()).isZero();
  }

  private static List<Permit> acquire(OriginLimiter limiter, int count) throws OriginException {
    List<Permit> permits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      permits.add(limiter.acquire(in(5000)));
    }
    return permits;
  }

  private static long in(long millis) {
    return System.nanoTime() + millis * 1_000_000;
  }
}
