package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DiskHealthTest {
  private final AtomicLong now = new AtomicLong(-5);
  private final DiskHealth health =
      new DiskHealth(Path.of("/disk"), Duration.ofSeconds(10), now::get);

  private void failWrites(int times) {
    for (int i = 0; i < times; i++) {
      health.writeFailed(new IOException("EIO"));
    }
  }

  @Test
  void two_failures_are_borne_the_third_in_a_row_is_not() {
    failWrites(2);
    assertThat(health.isWritable()).isTrue();
    health.writeSucceeded();
    failWrites(2);
    assertThat(health.isWritable()).isTrue();
    failWrites(1);
    assertThat(health.isWritable()).isFalse();
  }

  @Test
  void reads_go_on_while_writes_fail() {
    failWrites(3);
    assertThat(health.isReadable()).isTrue();
  }

  @Test
  void disk_is_tried_again_after_its_rest_and_one_success_makes_it_well() {
    failWrites(3);
    now.addAndGet(Duration.ofSeconds(10).toNanos() - 1);
    assertThat(health.isWritable()).isFalse();
    now.addAndGet(1);
    assertThat(health.isWritable()).isTrue();
    failWrites(1);
    assertThat(health.isWritable()).as("the trial failed").isFalse();
    now.addAndGet(Duration.ofSeconds(10).toNanos());
    health.writeSucceeded();
    failWrites(2);
    assertThat(health.isWritable()).isTrue();
  }
}
