package io.blockring.node.store.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DiskThreadsTest {

  @Test
  void refuses_what_the_queue_cannot_hold_and_runs_the_rest() throws InterruptedException {
    DiskThreads threads = new DiskThreads("disk-test", 1, 1, 3, System::nanoTime);
    CountDownLatch isStarted = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    threads.tryRead(
        () -> {
          isStarted.countDown();
          try {
            mayGoOn.await(30, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        () -> {});
    assertThat(isStarted.await(30, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(threads.tryRead(done::incrementAndGet, () -> {})).isTrue();
    }

    assertThat(threads.tryRead(done::incrementAndGet, () -> {})).isFalse();
    assertThat(threads.tryWrite(done::incrementAndGet, () -> {}))
        .as("writes have their own")
        .isTrue();
    assertThat(threads.shed()).isEqualTo(1);
    assertThat(threads.queued()).isGreaterThanOrEqualTo(3);
    assertThat(threads.finish(Duration.ofMillis(1))).isFalse();

    mayGoOn.countDown();
    assertThat(threads.finish(Duration.ofSeconds(30))).isTrue();
    assertThat(done).hasValue(4);
  }
}
