package io.blockring.client.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.origin.OriginBudget.Day;
import io.blockring.client.origin.OriginBudget.Limits;
import io.blockring.client.origin.OriginBudget.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OriginBudgetTest {
  private static final long NOON = Duration.ofDays(20_000).plusHours(12).toMillis();
  private final AtomicLong wall = new AtomicLong(NOON);
  private final AtomicLong nanos = new AtomicLong();
  private double share = 1;

  @Test
  void a_days_bytes_are_never_exceeded_and_come_back_at_midnight() throws Exception {
    OriginBudget budget = budget(new Limits(0, 1_000, 0), 64);
    whole(budget, 600, TrafficClass.READ);
    assertThatThrownBy(() -> take(budget, 401, TrafficClass.READ))
        .isInstanceOfSatisfying(
            OriginException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(OriginException.Kind.THROTTLED);
              assertThat(e.isOfOrigin()).isFalse();
              assertThat(e.retryAfter()).isEqualTo(Duration.ofHours(12));
              assertThat(e)
                  .hasMessage(
                      "/models: budget.bytesPerDay is 1000, this node's share 1000, and 600 bytes"
                          + " came on 2024-10-04 (UTC): no room for 401 more before 00:00 UTC");
            });
    whole(budget, 400, TrafficClass.READ);
    assertThat(budget.spent().bytes()).isEqualTo(1_000);
    assertThat(budget.refused()).isEqualTo(1);
    wall.addAndGet(Duration.ofHours(12).toMillis());
    whole(budget, 1_000, TrafficClass.READ);
    assertThat(budget.spent()).isEqualTo(new Day(20_001, 1_000));
  }

  @Test
  void what_did_not_come_is_given_back_once() throws Exception {
    OriginBudget budget = budget(new Limits(0, 1_000, 0), 64);
    Turn turn = take(budget, 1_000, TrafficClass.READ);
    turn.came(300);
    assertThat(budget.spent().bytes()).isEqualTo(1_000);
    turn.close();
    turn.close();
    assertThat(budget.spent().bytes()).isEqualTo(300);
  }

  @Test
  void what_a_request_of_yesterday_gives_back_is_not_todays() throws Exception {
    OriginBudget budget = budget(new Limits(0, 1_000, 0), 64);
    Turn turn = take(budget, 1_000, TrafficClass.READ);
    wall.addAndGet(Duration.ofHours(13).toMillis());
    whole(budget, 500, TrafficClass.READ);
    turn.close();
    assertThat(budget.spent().bytes()).isEqualTo(500);
  }

  @Test
  void a_part_of_the_day_is_the_readers() throws Exception {
    OriginBudget budget = budget(new Limits(0, 1_000, 25), 64);
    whole(budget, 750, TrafficClass.WARM_UP);
    assertThatThrownBy(() -> take(budget, 1, TrafficClass.READ_AHEAD))
        .isInstanceOfSatisfying(
            OriginException.class,
            e -> {
              assertThat(e).hasMessageContaining("read-ahead may use 750");
              assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(1));
            });
    whole(budget, 250, TrafficClass.READ);
  }

  @Test
  void a_node_has_its_share_of_the_cluster() throws Exception {
    share = 0.25;
    OriginBudget budget = budget(new Limits(0, 1_000, 0), 64);
    assertThat(budget.bytesPerDay()).isEqualTo(250);
    whole(budget, 250, TrafficClass.READ);
    assertThat(budget.isSpentFor(1)).isTrue();
    share = 0.5;
    whole(budget, 250, TrafficClass.READ);
  }

  @Test
  void a_days_count_goes_on_after_a_restart_and_not_after_midnight() {
    OriginBudget budget = budget(new Limits(0, 1_000, 0), 64);
    budget.restore(new Day(19_999, 900));
    assertThat(budget.spent().bytes()).isZero();
    budget.restore(new Day(20_000, 900));
    assertThat(budget.isSpentFor(101)).isTrue();
    assertThat(budget.isSpentFor(100)).isFalse();
  }

  @Test
  void the_average_of_a_second_holds_whatever_the_size_of_requests() throws Exception {
    OriginBudget budget = budget(new Limits(1_000, 0, 0), 64);
    whole(budget, 4_000, TrafficClass.READ); // A second's bytes were there: now in debt for 3 s.
    assertThatThrownBy(() -> take(budget, 1, TrafficClass.READ))
        .isInstanceOfSatisfying(
            OriginException.class,
            e -> {
              assertThat(e).hasMessageContaining("budget.bytesPerSecond 1000");
              assertThat(e.retryAfter()).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3_001));
            });
    nanos.addAndGet(Duration.ofMillis(3_001).toNanos());
    whole(budget, 1, TrafficClass.READ);
  }

  @Test
  void who_does_not_read_leaves_a_part_of_the_second_to_readers() throws Exception {
    OriginBudget budget = budget(new Limits(1_000, 0, 25), 64);
    whole(budget, 800, TrafficClass.READ);
    assertThatThrownBy(() -> take(budget, 1, TrafficClass.WARM_UP))
        .hasMessageContaining("no turn for a warm-up");
    whole(budget, 1, TrafficClass.READ);
    nanos.addAndGet(Duration.ofMillis(100).toNanos());
    whole(budget, 1, TrafficClass.WARM_UP);
  }

  @Test
  void a_part_of_the_requests_at_once_is_the_readers() throws Exception {
    OriginBudget budget = budget(Limits.NONE, 8);
    List<Turn> warming = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      warming.add(take(budget, 1, TrafficClass.WARM_UP));
    }
    assertThatThrownBy(() -> take(budget, 1, TrafficClass.MIRROR))
        .hasMessageContaining("6 requests that are no reads run");
    for (int i = 0; i < 8; i++) {
      take(budget, 1, TrafficClass.READ);
    }
    CompletableFuture<Turn> next = later(budget, () -> TrafficClass.MIRROR);
    warming.getFirst().close();
    next.get().close();
  }

  @Test
  void one_request_that_is_no_read_always_may_run() throws Exception {
    OriginBudget budget = budget(Limits.NONE, 1);
    take(budget, 1, TrafficClass.SCRUB).close();
    take(budget, 1, TrafficClass.WARM_UP).close();
  }

  @Test
  void a_request_that_a_reader_joins_waits_no_longer_for_readers() throws Exception {
    OriginBudget budget = budget(Limits.NONE, 1);
    Turn running = take(budget, 1, TrafficClass.WARM_UP);
    AtomicReference<TrafficClass> forWhom = new AtomicReference<>(TrafficClass.WARM_UP);
    CompletableFuture<Turn> waiting = later(budget, forWhom::get);
    assertThatThrownBy(() -> take(budget, 1, TrafficClass.WARM_UP))
        .as("there is one turn for others than readers")
        .isInstanceOf(OriginException.class);
    forWhom.set(TrafficClass.READ);
    waiting.get(20, TimeUnit.SECONDS).close();
    running.close();
    take(budget, 1, TrafficClass.WARM_UP).close();
  }

  @Test
  void refuses_limits_that_make_no_sense() {
    assertThatThrownBy(() -> new Limits(0, 0, 91)).hasMessageContaining("91 is not between 0");
    assertThatThrownBy(() -> new Limits(-1, 0, 0)).hasMessageContaining("-1");
  }

  private OriginBudget budget(Limits limits, int requestsAtOnce) {
    return new OriginBudget(
        "models", limits, () -> share, () -> requestsAtOnce, wall::get, nanos::get);
  }

  /** Without waiting. */
  private static Turn take(OriginBudget budget, int bytes, TrafficClass trafficClass)
      throws OriginException {
    return budget.take(bytes, () -> trafficClass, System.nanoTime());
  }

  private static void whole(OriginBudget budget, int bytes, TrafficClass trafficClass)
      throws OriginException {
    try (Turn turn = take(budget, bytes, trafficClass)) {
      turn.came(bytes);
    }
  }

  private static CompletableFuture<Turn> later(
      OriginBudget budget, Supplier<TrafficClass> trafficClass) {
    CompletableFuture<Turn> turn = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                turn.complete(budget.take(1, trafficClass, System.nanoTime() + 20_000_000_000L));
              } catch (OriginException e) {
                turn.completeExceptionally(e);
              }
            });
    return turn;
  }
}
