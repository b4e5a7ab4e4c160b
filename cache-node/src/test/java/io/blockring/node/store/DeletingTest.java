package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.BlockKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deleting waits for the disk without the lock that readers take, and holds it for short whiles.
 */
class DeletingTest {
  private static final int SLOTS = 14;
  private static final int SMALL = 4_000;
  private static final int DROPPED = 1_000;
  private static final int MOST_LEASES = 20_000_000;

  @TempDir Path directory;

  @Test
  void leases_hardly_wait_while_blocks_are_dropped_and_regions_evicted() throws Exception {
    try (SsdBlockStore store =
        SsdBlockStore.open(TestBlocks.settings(TestBlocks.disk(directory, SLOTS)))) {
      BlockKey read = TestBlocks.key(9_999_999);
      TestBlocks.put(store, read, TestBlocks.SLOT_BYTES);
      store.keep(KeepAction.PIN, read, TestBlocks.MOUNT);
      long[] quiet = leases(store, read, new AtomicLong(DROPPED));
      AtomicBoolean isOver = new AtomicBoolean();
      AtomicLong deleted = new AtomicLong();
      Thread deleter = Thread.ofPlatform().start(() -> fillAndDelete(store, isOver, deleted));
      long[] busy = leases(store, read, deleted);
      isOver.set(true);
      deleter.join();
      System.out.printf(
          "lease in us, p50/p99/p99.9: %s alone, %s while %d blocks were dropped and %d evicted%n",
          Arrays.toString(micros(quiet)),
          Arrays.toString(micros(busy)),
          deleted.get(),
          store.statistics().evictedBlocks());
      assertThat(deleted.get()).isGreaterThanOrEqualTo(DROPPED);
      // Of a machine that may be busy: a lock held over one flush or punch would show.
      assertThat(micros(busy)[1]).isLessThan(5_000);
    }
  }

  private static void fillAndDelete(SsdBlockStore store, AtomicBoolean isOver, AtomicLong deleted) {
    SplittableRandom random = new SplittableRandom(3);
    while (!isOver.get()) {
      for (int i = 0; i < DROPPED && !isOver.get(); i++) {
        TestBlocks.put(store, TestBlocks.key(random.nextInt(20_000)), SMALL);
        BlockKey key = TestBlocks.key(random.nextInt(20_000));
        if (store.contains(key)) {
          store.drop(key, BlockStore.DropReason.ASKED);
          deleted.incrementAndGet();
        }
      }
      store.flush();
    }
  }

  /** At least a hundred thousand, and as many as it takes until enough was deleted. */
  private static long[] leases(SsdBlockStore store, BlockKey key, AtomicLong deleted) {
    int[] nanos = new int[MOST_LEASES];
    int count = 0;
    while (count < 100_000 || (deleted.get() < DROPPED && count < MOST_LEASES)) {
      long start = System.nanoTime();
      TestBlocks.lease(store, key).close();
      nanos[count++] = (int) (System.nanoTime() - start);
    }
    return Arrays.stream(nanos, 0, count).asLongStream().sorted().toArray();
  }

  private static long[] micros(long[] sorted) {
    int n = sorted.length;
    return new long[] {
      sorted[n / 2] / 1000, sorted[n - n / 100] / 1000, sorted[n - n / 1000] / 1000
    };
  }
}
