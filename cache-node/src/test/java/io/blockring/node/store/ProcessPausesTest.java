package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProcessPausesTest {
  private final AtomicLong now = new AtomicLong(-5);
  private final ProcessPauses pauses = new ProcessPauses(now::get);

  private void pass(int millis) {
    now.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  @Test
  void looks_that_come_in_time_are_no_pause() {
    int mark = pauses.mark();
    for (int i = 0; i < 20; i++) {
      pass(140);
      assertThat(pauses.look()).isFalse();
    }
    assertThat(pauses.hasBeenOneSince(mark)).isFalse();
  }

  @Test
  void pause_is_known_before_the_look_that_comes_late_and_after_it() {
    int mark = pauses.mark();
    pass(600);
    assertThat(pauses.hasBeenOneSince(mark)).isTrue();
    assertThat(pauses.look()).isTrue();
    assertThat(pauses.hasBeenOneSince(mark)).isTrue();
    assertThat(pauses.hasBeenOneSince(pauses.mark())).as("what began after it").isFalse();
    pass(100);
    assertThat(pauses.look()).isFalse();
  }
}
