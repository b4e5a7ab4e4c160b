package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.blockring.node.store.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real disk that hangs or is slow costs its readers a miss; one with many readers stays in use.
 */
@Timeout(180)
class SlowDiskIT {
  private static final int BLOCKS = 20;
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  private LoopDisk disk;

  @BeforeEach
  void make() {
    disk = madeIn(folder);
  }

  private static LoopDisk madeIn(Path folder) {
    try {
      return LoopDisk.make(folder, 96, "-O", "^has_journal");
    } catch (IOException e) {
      System.out.println("SlowDiskIT is skipped: " + e.getMessage());
      return abort("no loop device to slow down here: " + e.getMessage());
    }
  }

  @AfterEach
  void unmount() throws IOException {
    if (disk != null) {
      disk.close();
    }
  }

  private SsdBlockStore open() throws IOException {
    StoreSettings some = TestBlocks.settings(TestBlocks.disk(disk.path(), 40));
    return SsdBlockStore.open(
        new StoreSettings(
            some.disks(),
            some.slotBytes(),
            2,
            2,
            64,
            1 << 20,
            Duration.ofMillis(100),
            1L << 40,
            Duration.ofSeconds(2),
            Duration.ofMillis(200),
            Duration.ofDays(1000),
            0,
            some.pageCache(),
            some.mounts()));
  }

  @Test
  void disk_that_hangs_is_left_alone_and_used_again_when_it_answers() throws Exception {
    leavesAlone(() -> disk.limit("read_bps", 1), () -> disk.limit("read_bps", 0));
  }

  @Test
  void disk_that_takes_long_for_each_read_is_left_alone_until_it_is_quick() throws Exception {
    leavesAlone(() -> disk.limit("read_iops", 2), () -> disk.limit("read_iops", 0));
  }

  private interface Change {
    void make() throws IOException;
  }

  private void leavesAlone(Change slow, Change quick) throws Exception {
    try (SsdBlockStore store = open()) {
      fill(store);
      expose();
      forgetPages();
      slow.make();
      try {
        await(
            () -> {
              // Two at once, and again: none of them may wait for pages that others asked for.
              readersOf(store, 4);
              return state(store) != DiskState.HEALTHY;
            });
      } finally {
        quick.make();
      }
      await(() -> state(store) == DiskState.HEALTHY);
      await(() -> readersOf(store, 1) == BLOCKS);
    }
  }

  @Test
  void disk_with_many_readers_stays_in_use() throws Exception {
    try (SsdBlockStore store = open()) {
      fill(store);
      store.flush();
      forgetPages();
      assertThat(readersOf(store, 16)).isPositive();
      assertThat(state(store)).isEqualTo(DiskState.HEALTHY);
    }
  }

  @Test
  void range_whose_middle_is_on_its_way_is_not_in_the_page_cache() throws Exception {
    int request = 128 << 10;
    int end = 8 * request;
    expose();
    try (DiskFile file = DiskFile.open(disk.path().resolve("file"))) {
      file.write(ByteBuffer.allocateDirect(end), 0);
      file.sync();
      file.readNothingAhead();
      file.dropPages(0, end);
      file.read(ByteBuffer.allocateDirect(3 * request), 0);
      file.read(ByteBuffer.allocateDirect(4 * request), 4L * request);
      disk.limit("read_bps", 1);
      try {
        file.readAhead(3L * request, request);
        assertThat(file.isCounted(0, end)).as("it was asked for").isTrue();
        assertThat(file.isInPageCache(0, end)).isFalse();
        assertThat(file.isInPageCache(1000, end - 2000)).isFalse();
        assertThat(file.isInPageCache(0, 3L * request)).isTrue();
      } finally {
        disk.limit("read_bps", 0);
      }
      file.read(ByteBuffer.allocateDirect(end), 0);
      assertThat(file.isInPageCache(0, end)).isTrue();
    }
  }

  private void expose() {
    try {
      disk.expose(ProcessHandle.current().pid());
    } catch (IOException e) {
      abort("nothing can be slow here: " + e.getMessage());
    }
  }

  private void forgetPages() throws IOException {
    try (DirectoryStream<Path> segments = Files.newDirectoryStream(disk.path(), "segment-*")) {
      for (Path segment : segments) {
        try (DiskFile file = DiskFile.open(segment)) {
          file.sync();
          file.dropPages(0, file.size());
        }
      }
    }
  }

  private static void fill(SsdBlockStore store) {
    for (int i = 0; i < BLOCKS; i++) {
      assertThat(TestBlocks.put(store, TestBlocks.key(i), TestBlocks.SLOT_BYTES)).isTrue();
    }
  }

  /** So many threads read all blocks; how many blocks all of them got, each right. */
  private static int readersOf(SsdBlockStore store, int threads) {
    try (ExecutorService readers = Executors.newFixedThreadPool(threads)) {
      List<Callable<Integer>> each =
          IntStream.range(0, threads)
              .<Callable<Integer>>mapToObj(i -> () -> readAll(store))
              .toList();
      int least = BLOCKS;
      for (Future<Integer> read : readers.invokeAll(each)) {
        least = Math.min(least, read.get());
      }
      return least;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static int readAll(SsdBlockStore store) {
    int there = 0;
    for (int i = 0; i < BLOCKS; i++) {
      ByteBuffer read = TestBlocks.read(store, TestBlocks.key(i));
      if (read != null) {
        there++;
        assertThat(read).isEqualTo(TestBlocks.bytes(TestBlocks.key(i), TestBlocks.SLOT_BYTES));
      }
    }
    return there;
  }

  private static DiskState state(SsdBlockStore store) {
    return store.statistics().disks().getFirst().state();
  }

  private static void await(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }
}
