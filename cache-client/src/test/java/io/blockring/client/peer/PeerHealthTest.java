package io.blockring.client.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeerHealthTest {
  private static final PeerAddress PEER = new PeerAddress("10.0.0.7", 7071);
  private static final long FIRST = PeerSettings.defaults().firstPause().toNanos();
  private static final long LONGEST = PeerSettings.defaults().longestPause().toNanos();

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final PeerHealth health = new PeerHealth(PeerSettings.defaults(), now::get);

  @Test
  void asks_a_peer_until_it_failed_three_times_in_a_row() {
    fail(2);
    assertThat(health.mayAsk(PEER)).isTrue();
    health.answered(PEER);
    fail(2);
    assertThat(health.mayAsk(PEER)).isTrue();
    fail(1);
    assertThat(health.mayAsk(PEER)).isFalse();
    assertThat(health.isPaused(PEER)).isTrue();
    assertThat(health.mayAsk(new PeerAddress("10.0.0.8", 7071))).isTrue();
  }

  @Test
  void lets_one_read_try_after_the_pause_and_everybody_after_its_success() {
    fail(3);
    now.addAndGet(FIRST);
    assertThat(health.isPaused(PEER)).isFalse();
    assertThat(health.mayAsk(PEER)).isTrue();
    assertThat(health.mayAsk(PEER)).isFalse();
    health.answered(PEER);
    assertThat(health.mayAsk(PEER)).isTrue();
    assertThat(health.mayAsk(PEER)).isTrue();
  }

  @Test
  void pauses_twice_as_long_after_each_failed_try_up_to_the_longest() {
    fail(3);
    long pause = FIRST;
    for (int tries = 0; tries < 40; tries++) {
      now.addAndGet(pause);
      assertThat(health.mayAsk(PEER)).as("try %d", tries).isTrue();
      fail(1);
      pause = Math.min(LONGEST, pause * 2);
      now.addAndGet(pause - 1);
      assertThat(health.mayAsk(PEER)).as("just before try %d", tries + 1).isFalse();
      now.addAndGet(1 - pause);
    }
  }

  @Test
  void a_try_that_never_comes_back_does_not_block_the_next() {
    fail(3);
    now.addAndGet(FIRST);
    assertThat(health.mayAsk(PEER)).isTrue();
    now.addAndGet(FIRST);
    assertThat(health.mayAsk(PEER)).isTrue();
  }

  @Test
  void many_reads_that_fail_together_count_as_one_fault() {
    fail(32);
    now.addAndGet(FIRST);
    assertThat(health.mayAsk(PEER)).isTrue();
  }

  @Test
  void a_silent_peer_is_waited_for_once_and_tried_again_after_a_second() {
    health.silent(PEER);
    assertThat(health.mayAsk(PEER)).isFalse();
    now.addAndGet(999_999_999);
    assertThat(health.mayAsk(PEER)).isFalse();
    now.addAndGet(1);
    assertThat(health.mayAsk(PEER)).isTrue();
    assertThat(health.mayAsk(PEER)).as("one tries").isFalse();
    health.answered(PEER);
    assertThat(health.mayAsk(PEER)).isTrue();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      health.failed(PEER);
    }
  }
}
