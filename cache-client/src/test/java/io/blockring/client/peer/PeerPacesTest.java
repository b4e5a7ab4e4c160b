package io.blockring.client.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeerPacesTest {
  private static final PeerAddress SLOW = new PeerAddress("10.0.0.1", 7071);
  private static final long MILLI = 1_000_000;

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final PeerHealth health = new PeerHealth(PeerSettings.defaults(), now::get);
  private final PeerPaces paces = new PeerPaces(health, now::get);

  @Test
  void a_peer_whose_disk_takes_long_is_left_alone_after_half_a_second() {
    readFor(400, 300, 0);
    assertThat(health.isLeftAlone(SLOW)).isFalse();
    readFor(300, 300, 0);
    assertThat(health.isLeftAlone(SLOW)).isTrue();
    assertThat(health.leftAlone())
        .singleElement()
        .satisfies(left -> assertThat(left.because()).startsWith("slow: ").contains("others 2 ms"));
  }

  @Test
  void a_peer_whose_link_is_narrow_is_left_alone() {
    for (int i = 0; i < 70; i++) {
      step(2, 8);
      paces.brokeOff(SLOW, 2 * MILLI, 410 * MILLI, 50_000);
    }
    assertThat(health.isLeftAlone(SLOW)).isTrue();
  }

  @Test
  void one_pause_of_a_peer_is_forgiven() {
    readFor(1_000, 2, 0);
    for (int i = 0; i < 32; i++) {
      paces.waited(SLOW, 700 * MILLI, 0, 0);
    }
    readFor(400, 2, 0);
    assertThat(health.isLeftAlone(SLOW)).isFalse();
  }

  @Test
  void nobody_is_slow_where_all_are() {
    for (int i = 0; i < 200; i++) {
      step(300, 20);
      paces.waited(SLOW, 400 * MILLI, 40 * MILLI, 1 << 20);
    }
    assertThat(health.leftAlone()).isEmpty();
  }

  @Test
  void nobody_is_slow_alone() {
    for (int i = 0; i < 200; i++) {
      now.addAndGet(10 * MILLI);
      paces.waited(SLOW, 400 * MILLI, 40 * MILLI, 1 << 20);
    }
    assertThat(health.leftAlone()).isEmpty();
    assertThat(paces.others(SLOW).isTooSlow(10_000 * MILLI, 1)).isFalse();
  }

  @Test
  void a_slow_peer_comes_back_after_three_quick_tries_and_not_by_answering() {
    readFor(700, 300, 0);
    for (int tries = 0; tries < 3; tries++) {
      health.answered(SLOW);
      assertThat(health.isLeftAlone(SLOW)).as("before try %d", tries).isTrue();
      now.addAndGet(1_000 * MILLI);
      assertThat(health.mayAsk(SLOW)).isTrue();
      paces.waited(SLOW, 2 * MILLI, 0, 0);
    }
    assertThat(health.isLeftAlone(SLOW)).isFalse();
  }

  @Test
  void a_try_that_is_slow_again_doubles_the_pause() {
    readFor(700, 300, 0);
    now.addAndGet(1_000 * MILLI);
    assertThat(health.mayAsk(SLOW)).isTrue();
    paces.waited(SLOW, 300 * MILLI, 0, 0);
    now.addAndGet(999 * MILLI);
    assertThat(health.mayAsk(SLOW)).isFalse();
    now.addAndGet(PeerSettings.defaults().longestPause().toNanos());
    assertThat(health.mayAsk(SLOW)).isTrue();
  }

  @Test
  void looks_aside_no_sooner_than_an_owner_says_that_it_fills_and_later_where_that_is_usual() {
    assertThat(paces.patienceNanos(SLOW)).isEqualTo(PeerPaces.LEAST_PATIENCE.toNanos());
    paces.waited(SLOW, 200 * MILLI, 0, 0);
    assertThat(paces.patienceNanos(SLOW)).isGreaterThan(200 * MILLI);
  }

  @Test
  void one_read_in_twenty_may_look_aside() {
    AsideBudget budget = new AsideBudget();
    int atFirst = 0;
    while (budget.allowsOne()) {
      atFirst++;
    }
    assertThat(atFirst).isEqualTo(32);
    int later = 0;
    for (int reads = 0; reads < 2_000; reads++) {
      budget.read();
      later += budget.allowsOne() ? 1 : 0;
    }
    assertThat(later).isEqualTo(100);
  }

  /** Reads every 10 ms from three good peers and this one. */
  private void readFor(long millis, long slowMillis, int bytes) {
    for (long passed = 0; passed < millis; passed += 10) {
      step(2, 8);
      paces.waited(SLOW, slowMillis * MILLI, 0, bytes);
    }
  }

  private void step(long firstMillis, long restMillis) {
    now.addAndGet(10 * MILLI);
    for (int peer = 2; peer <= 4; peer++) {
      PeerAddress good = new PeerAddress("10.0.0." + peer, 7071);
      paces.waited(good, firstMillis * MILLI, restMillis * MILLI, 4 << 20);
    }
  }
}
