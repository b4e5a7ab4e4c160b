package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.blockring.client.namespace.BlockKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real disks that fail under a running store: it never throws, never gives a wrong byte, says what
 * is wrong, and goes on by itself. benchmarks/disk-faults.sh has more of them, with times.
 */
@Timeout(120)
class FaultyDiskIT {
  private static final int BLOCKS = 30;
  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir Path folder;
  @TempDir Path well;

  private LoopDisk disk;

  @BeforeEach
  void make() {
    disk = madeIn(folder);
  }

  private static LoopDisk madeIn(Path folder) {
    try {
      return LoopDisk.make(folder, 96, "-O", "^has_journal");
    } catch (IOException e) {
      System.out.println("FaultyDiskIT is skipped: " + e.getMessage());
      return abort("no loop device to break here: " + e.getMessage());
    }
  }

  @AfterEach
  void unmount() throws IOException {
    if (disk != null) {
      disk.close();
    }
  }

  private SsdBlockStore open() throws IOException {
    StoreSettings slow =
        TestBlocks.settings(TestBlocks.disk(disk.path(), 40), TestBlocks.disk(well, 40));
    return SsdBlockStore.open(
        new StoreSettings(
            slow.disks(),
            slow.slotBytes(),
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
            1,
            slow.mounts()));
  }

  @Test
  void read_only_disk_is_read_and_takes_blocks_again_when_it_is_writable() throws Exception {
    try (SsdBlockStore store = open()) {
      fill(store);
      store.flush();
      disk.refuseWrites();
      Iterator<BlockKey> others =
          IntStream.range(BLOCKS, 2 * BLOCKS).mapToObj(TestBlocks::key).iterator();
      await(
          store,
          () -> {
            // The disks' identities are drawn by lot, so a block may as well be the other disk's.
            if (state(store) == DiskState.HEALTHY && others.hasNext()) {
              TestBlocks.put(store, others.next(), TestBlocks.SLOT_BYTES);
            }
            return state(store) == DiskState.READ_ONLY;
          });
      assertThat(store.statistics().disks().getFirst().trouble()).contains("read-only");
      assertThat(readAll(store)).isEqualTo(BLOCKS);

      disk.pullOut();
      await(store, () -> state(store) == DiskState.DOWN && !disk.isInUse());
      disk.mount();
      await(store, () -> state(store) == DiskState.HEALTHY);
      assertThat(keepsNewBlocks(store)).isTrue();
    }
  }

  @Test
  void failing_disk_is_left_alone_and_back_when_it_reads_again() throws Exception {
    try (SsdBlockStore store = open()) {
      fill(store);
      store.flush();
      disk.cutOff(24 << 20);
      await(
          store,
          () -> {
            readAll(store);
            return state(store) != DiskState.HEALTHY;
          });
      assertThat(store.statistics().disks().getFirst().trouble()).contains("EIO");

      disk.makeWhole();
      await(store, () -> state(store) == DiskState.HEALTHY);
      readAll(store);
      await(store, () -> state(store) == DiskState.HEALTHY && keepsNewBlocks(store));
      readAll(store);
    }
  }

  @Test
  void vanished_disk_costs_its_own_blocks_only_and_has_them_when_it_is_mounted_again()
      throws Exception {
    try (SsdBlockStore store = open()) {
      fill(store);
      store.flush();
      long there = store.statistics().blocks();
      disk.pullOut();
      await(store, () -> state(store) == DiskState.DOWN && !disk.isInUse());
      assertThat(readAll(store)).isPositive().isLessThan(BLOCKS);
      assertThat(keepsNewBlocks(store)).as("on the other disk").isTrue();
      try (var left = Files.list(disk.path())) {
        assertThat(left).as("no store is begun where the disk was mounted").isEmpty();
      }

      disk.mount();
      await(store, () -> state(store) == DiskState.HEALTHY);
      assertThat(store.statistics().blocks()).isGreaterThanOrEqualTo(there);
      readAll(store);
    }
  }

  private static void fill(SsdBlockStore store) {
    for (int i = 0; i < BLOCKS; i++) {
      assertThat(TestBlocks.put(store, TestBlocks.key(i), TestBlocks.SLOT_BYTES)).isTrue();
    }
  }

  /** How many of the blocks are there; each that is, is right. */
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

  private static boolean keepsNewBlocks(SsdBlockStore store) {
    return List.of(1001, 1002, 1003, 1004, 1005, 1006).stream()
        .map(TestBlocks::key)
        .allMatch(key -> store.contains(key) || TestBlocks.put(store, key, TestBlocks.SLOT_BYTES));
  }

  private static DiskState state(SsdBlockStore store) {
    return store.statistics().disks().getFirst().state();
  }

  private static void await(SsdBlockStore store, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as(() -> "waiting, the disk " + store.statistics().disks().getFirst())
          .isLessThan(SOON);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }
}
