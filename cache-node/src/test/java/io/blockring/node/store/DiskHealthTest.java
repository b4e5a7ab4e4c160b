package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DiskHealthTest {
  private final AtomicLong now = new AtomicLong(-5);
  private final DiskHealth health = new DiskHealth(Path.of("/disk"), now::get);

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
    assertThat(health.reads().suspectFor()).isEqualTo(Duration.ofSeconds(4));

    fail(health.reads(), 1);
    assertThat(health.reads().suspectFor())
        .as("since the beginning")
        .isEqualTo(Duration.ofSeconds(4));
    health.reads().recovered();
    assertThat(health.isReadable()).isTrue();
    assertThat(health.reads().suspectFor()).isNull();
    fail(health.reads(), 2);
    assertThat(health.isReadable()).as("it counts anew").isTrue();
  }
}
