package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockring.node.store.disk.CachedBytes;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The block files' pages stay within what they were given, as the kernel counts them. */
class PageCacheBoundTest {
  private static final int BLOCKS = 24;
  private static final int CACHED = 6;
  private static final long LIMIT = (long) CACHED * TestBlocks.SLOT_BYTES;

  /** Headers of what stays take no more. */
  private static final long SLACK = 128 << 10;

  @TempDir Path directory;

  private SsdBlockStore open(double slots) throws IOException {
    StoreSettings.DiskSettings disk = TestBlocks.disk(directory, BLOCKS + 2);
    double budget = ((StoreSettings.Budget.Bytes) disk.budget()).bytes();
    return SsdBlockStore.open(
        TestBlocks.settings(disk).withPageCache(slots * TestBlocks.SLOT_BYTES / budget));
  }

  private long cachedBytes() throws IOException {
    return CachedBytes.of(directory, DiskFormat.SEGMENTS);
  }

  private void fill(SsdBlockStore store) throws IOException {
    for (int i = 0; i < BLOCKS; i++) {
      assertThat(TestBlocks.put(store, TestBlocks.key(i), TestBlocks.SLOT_BYTES)).isTrue();
    }
    store.flush();
    store.flush();
    store.flush();
    assumeTrue(cachedBytes() >= 0, "this kernel does not count pages (cachestat, Linux 6.5)");
    assumeTrue(cachedBytes() <= LIMIT, "this file system keeps its files in memory");
  }

  private void awaitAtMost(long bytes) throws IOException {
    long deadline = System.nanoTime() + 20_000_000_000L;
    for (long cached = cachedBytes(); cached > bytes; cached = cachedBytes()) {
      assertThat(System.nanoTime()).as("%d bytes are cached", cached).isLessThan(deadline);
      Thread.yield();
    }
  }

  private static void readAll(SsdBlockStore store) {
    for (int i = 0; i < BLOCKS; i++) {
      assertThat(TestBlocks.read(store, TestBlocks.key(i)))
          .as("block %d", i)
          .isEqualTo(TestBlocks.bytes(TestBlocks.key(i), TestBlocks.SLOT_BYTES));
    }
  }

  @Test
  void a_hot_set_beyond_the_bound_is_read_right_and_stays_within_it() throws Exception {
    try (SsdBlockStore store = open(CACHED + 0.5)) {
      fill(store);
      for (int pass = 0; pass < 5; pass++) {
        readAll(store);
        awaitAtMost(LIMIT + SLACK);
        assertThat(store.statistics().pageCacheBytes()).isLessThanOrEqualTo(LIMIT);
      }
      assertThat(cachedBytes()).as("and is made use of").isGreaterThan(LIMIT / 2);
      assertThat(store.statistics().handedBackBytes())
          .isGreaterThan(4 * (BLOCKS - CACHED) * (long) TestBlocks.SLOT_BYTES);
    }
  }

  @Test
  void nothing_at_all_stays_where_nothing_may() throws Exception {
    try (SsdBlockStore store = open(0)) {
      fill(store);
      readAll(store);
      readAll(store);
      awaitAtMost(SLACK);
    }
  }

  @Test
  void what_a_former_process_left_there_leaves_at_the_start() throws Exception {
    try (SsdBlockStore store = open(2 * BLOCKS)) {
      fill(store);
      for (int pass = 0; pass < 4; pass++) {
        readAll(store);
      }
      assertThat(cachedBytes()).isGreaterThan(LIMIT);
    }
    try (SsdBlockStore store = open(CACHED)) {
      assertThat(cachedBytes()).isLessThanOrEqualTo(SLACK);
      readAll(store);
    }
  }
}
