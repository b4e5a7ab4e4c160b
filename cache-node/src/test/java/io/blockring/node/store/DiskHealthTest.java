package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DiskHealthTest {
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final AtomicLong now = new AtomicLong(-5);
  private final DiskHealth health = new DiskHealth(Path.of("/disk"), RETRY, now::get);

  private static void fail(DiskHealth.Side side, int times) {
    for (int i = 0; i < times; i++) {
      side.failed(new IOException("EIO"));
    }
  }

  @Test
  void two_failures_are_borne_the_third_in_a_row_is_not() {
    fail(health.writes(), 2);
    assertThat(health.isWritable()).isTrue();
    health.writes().succeeded();
    fail(health.writes(), 2);
    assertThat(health.isWritable()).isTrue();
    fail(health.writes(), 1);
    assertThat(health.isWritable()).isFalse();
  }

  @Test
  void reads_go_on_while_writes_fail() {
    fail(health.writes(), 3);
    assertThat(health.isReadable()).isTrue();
    assertThat(health.state()).isEqualTo(DiskState.READ_ONLY);
    assertThat(health.trouble()).contains("EIO");
  }

  @Test
  void what_cannot_be_read_is_not_written_either() {
    health.reads().suspect("hangs");
    assertThat(health.isWritable()).isFalse();
    assertThat(health.state()).isEqualTo(DiskState.SUSPECT);
    assertThat(health.trouble()).isEqualTo("hangs");
  }

  @Test
  void late_success_changes_nothing_a_trial_does() {
    fail(health.reads(), 3);
    now.addAndGet(Duration.ofSeconds(4).toNanos());
    health.reads().succeeded();
    assertThat(health.isReadable()).isFalse();
    assertThat(health.reads().triedFor()).isEqualTo(Duration.ofSeconds(4));

    fail(health.reads(), 1);
    assertThat(health.reads().triedFor())
        .as("since the beginning")
        .isEqualTo(Duration.ofSeconds(4));
    health.reads().recovered();
    assertThat(health.isReadable()).isTrue();
    assertThat(health.reads().triedFor()).isNull();
    fail(health.reads(), 2);
    assertThat(health.isReadable()).as("it counts anew").isTrue();
  }

  @Test
  void side_that_relapses_is_left_alone_for_twice_as_long_each_time_but_not_for_ever() {
    assertThat(pausesOfRelapses(Duration.ofSeconds(29), 7))
        .containsExactly(0, 4, 8, 16, 32, 60, 60);
  }

  @Test
  void side_that_was_well_for_a_while_is_tried_at_once() {
    assertThat(pausesOfRelapses(Duration.ofSeconds(30), 3)).containsExactly(0, 0, 0);
  }

  /** In seconds, before the first trial each time. */
  private List<Integer> pausesOfRelapses(Duration wellFor, int times) {
    List<Integer> pauses = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      health.reads().suspect("slow");
      int seconds = 0;
      while (!health.reads().isTrialDue()) {
        assertThat(health.reads().triedFor()).isNegative();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        seconds++;
      }
      pauses.add(seconds);
      health.reads().recovered();
      assertThat(health.reads().isTrialDue()).isFalse();
      now.addAndGet(wellFor.toNanos());
    }
    return pauses;
  }
}
