package io.blockring.client.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  private final List<Long> looks = new ArrayList<>();
  private final Watchdog watchdog = new Watchdog(() -> {});
  private final long start = System.nanoTime();

  WatchdogTest() {
    watchdog.watch(
        new Watchdog.Watched() {
          @Override
          public void closeIfOverdue(long nowNanos) {
            looks.add((nowNanos - start) / 1_000_000);
          }

          @Override
          public void close() {
            looks.add(-1L);
          }
        });
  }

  @Test
  void looks_at_every_tick_that_comes_in_time() {
    tick(10, 0);
    tick(20, 50);
    assertThat(looks).containsExactly(10L, 20L);
  }

  @Test
  void gives_as_long_again_as_it_was_late_itself() {
    tick(400, 390);
    tick(789, 0);
    assertThat(looks).isEmpty();
    tick(790, 0);
    assertThat(looks).containsExactly(790L);
  }

  @Test
  void gives_two_seconds_at_most() {
    tick(60_000, 59_000);
    tick(61_999, 0);
    assertThat(looks).isEmpty();
    tick(62_000, 0);
    assertThat(looks).containsExactly(62_000L);
  }

  @Test
  void closes_what_is_watched_and_what_comes_later() {
    watchdog.close();
    assertThat(looks).containsExactly(-1L);
  }

  private void tick(long atMillis, long lateMillis) {
    watchdog.tick(start + atMillis * 1_000_000, lateMillis * 1_000_000);
  }
}
