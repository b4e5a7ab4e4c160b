package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.BlockKey;
import io.blockring.node.store.BlockStore.DropReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrentStoreTest {
  private static final int KEYS = 60;
  private static final int READ_THREADS = 1;
  private static final int WRITE_THREADS = 2;
  private static final int QUEUE_BOUND = 8;

  @TempDir Path directory;

  @Test
  void many_threads_read_only_right_bytes_while_blocks_come_and_go() throws Exception {
    StoreSettings settings = flushingEvery(Duration.ofMillis(20));
    try (SsdBlockStore store = SsdBlockStore.open(settings);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> hits = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int seed = i;
        hits.add(threads.submit(() -> play(store, new SplittableRandom(seed))));
      }
      int sum = 0;
      for (Future<Integer> each : hits) {
        sum += each.get(120, TimeUnit.SECONDS);
      }
      assertThat(sum).isPositive();
      assertThat(store.statistics().corruptBlocks()).isZero();
      assertThat(store.statistics().activeLeases()).isZero();
      assertThat(store.statistics().evictedBlocks()).isPositive();
    }
    try (SsdBlockStore store = SsdBlockStore.open(settings)) {
      for (int i = 0; i < KEYS; i++) {
        BlockKey key = TestBlocks.key(i);
        if (store.contains(key)) {
          assertThat(TestBlocks.read(store, key)).isEqualTo(TestBlocks.bytes(key, length(i)));
        }
      }
    }
  }

  @Test
  void full_queues_fail_loads_and_refuse_commits_at_once_and_say_so() throws Exception {
    StoreSettings settings = flushingEvery(Duration.ofHours(1));
    BlockKey key = TestBlocks.key(1);
    BlockKey other = TestBlocks.key(2);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    try (Disk disk = Disk.open(settings.disks().get(0), settings, "disk-test", System::nanoTime)) {
      Reservation first = reserve(disk, key, 1000);
      assertThat(TestBlocks.commit(first, TestBlocks.bytes(key, 1000))).isTrue();
      occupy(READ_THREADS, task -> disk.threads().tryRead(task, () -> {}), mayGoOn);
      occupy(WRITE_THREADS, task -> disk.threads().tryWrite(task, () -> {}), mayGoOn);

      try (BlockLease lease = Objects.requireNonNull(disk.lease(key, Fingerprint.of(key)))) {
        assertThat(lease.load(0, 1000))
            .isCompletedExceptionally()
            .failsWithin(Duration.ZERO)
            .withThrowableThat()
            .withMessageContaining("read queue is full, " + QUEUE_BOUND + " wait already");
      }
      Reservation second = reserve(disk, other, 1000);
      assertThat(second.commit(TestBlocks.bytes(other, 1000))).isCompletedWithValue(false);
      StoreStatistics statistics = disk.statistics();
      mayGoOn.countDown();

      assertThat(statistics.refusedBlocks()).isEqualTo(1);
      assertThat(statistics.disks().get(0).queuedTasks()).isEqualTo(2 * QUEUE_BOUND);
      assertThat(statistics.disks().get(0).shedTasks()).isEqualTo(4);
      assertThat(statistics.activeLeases()).isZero();
    }
  }

  /** Every thread is busy before the queue is filled: none can take a task out of it any more. */
  private static void occupy(int threads, Predicate<Runnable> run, CountDownLatch mayGoOn)
      throws InterruptedException {
    CountDownLatch areBusy = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      assertThat(
              run.test(
                  () -> {
                    areBusy.countDown();
                    awaitQuietly(mayGoOn);
                  }))
          .isTrue();
    }
    assertThat(areBusy.await(30, TimeUnit.SECONDS)).isTrue();
    while (run.test(() -> {})) {}
  }

  private static Reservation reserve(Disk disk, BlockKey key, int length) {
    return Objects.requireNonNull(
        disk.reserve(key, TestBlocks.MOUNT, BlockHome.UNKNOWN, Fingerprint.of(key), length));
  }

  private StoreSettings flushingEvery(Duration interval) {
    return new StoreSettings(
        List.of(TestBlocks.disk(directory, 6)),
        TestBlocks.SLOT_BYTES,
        READ_THREADS,
        WRITE_THREADS,
        QUEUE_BOUND,
        1 << 20,
        interval,
        1L << 40,
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        Duration.ofDays(1000),
        0,
        1,
        Map.of());
  }

  private static int play(SsdBlockStore store, SplittableRandom random) throws IOException {
    int hits = 0;
    for (int step = 0; step < 120; step++) {
      int number = random.nextInt(KEYS);
      BlockKey key = TestBlocks.key(number);
      try (BlockLease lease = store.lease(key)) {
        if (lease != null) {
          int offset = random.nextInt(lease.length());
          ByteBuffer part = ByteBuffer.allocate(1 + random.nextInt(lease.length() - offset));
          lease.readVerified(offset, part);
          ByteBuffer expected = TestBlocks.bytes(key, length(number));
          assertThat(part.flip()).isEqualTo(expected.slice(offset, part.limit()));
          hits++;
        }
      }
      if (random.nextInt(20) == 0) {
        store.drop(key, DropReason.ASKED);
      } else if (!store.contains(key)) {
        TestBlocks.put(store, key, length(number));
      }
    }
    return hits;
  }

  private static int length(int key) {
    return key % 6 == 0 ? TestBlocks.SLOT_BYTES - key : 1 + key * 2000;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
