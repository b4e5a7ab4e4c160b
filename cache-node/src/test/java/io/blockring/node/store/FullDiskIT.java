package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockring.node.store.StoreSettings.Budget;
import io.blockring.node.store.StoreSettings.DiskSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system that is full. Needs the right to mount; skipped without. */
class FullDiskIT {
  private static final int SMALL_BYTES = 100_000;

  @TempDir Path directory;

  @BeforeEach
  void mount() throws Exception {
    boolean isMounted =
        run("mount", "-t", "tmpfs", "-o", "size=12m,nr_inodes=20", "tmpfs", directory.toString());
    assumeTrue(isMounted, "mounting a tmpfs takes root");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", "-l", directory.toString());
  }

  /** The budget says 64 MB, the file system has 12: also the one without ZERO_RANGE. */
  private SsdBlockStore open() throws IOException {
    DiskSettings disk = new DiskSettings(directory, new Budget.Bytes(64 << 20), 0);
    return SsdBlockStore.open(TestBlocks.settings(disk));
  }

  @Test
  void full_disk_costs_no_errors_and_goes_on_with_the_slots_it_has() throws Exception {
    try (SsdBlockStore store = open()) {
      int kept = 0;
      for (int i = 0; i < 60; i++) {
        kept += TestBlocks.put(store, TestBlocks.key(i), TestBlocks.SLOT_BYTES) ? 1 : 0;
      }
      assertThat(kept).isGreaterThan(50);
      assertThat(store.statistics().evictedBlocks()).isPositive();
      assertAllRight(store, TestBlocks.SLOT_BYTES);
    }
  }

  @Test
  void small_objects_too_go_on_when_the_disk_is_full() throws Exception {
    try (SsdBlockStore store = open()) {
      int kept = 0;
      for (int i = 0; i < 400; i++) {
        kept += TestBlocks.put(store, TestBlocks.key(i), SMALL_BYTES) ? 1 : 0;
      }
      assertThat(kept).isGreaterThan(350);
      assertThat(store.statistics().evictedBlocks()).isPositive();
      assertThat(store.statistics().activeLeases()).isZero();
      assertAllRight(store, SMALL_BYTES);
    }
  }

  @Test
  void disk_that_others_fill_refuses_and_resumes_when_they_leave() throws Exception {
    try (SsdBlockStore store = open()) {
      assertThat(TestBlocks.put(store, TestBlocks.key(0), TestBlocks.SLOT_BYTES)).isTrue();
      Reservation held = TestBlocks.reserve(store, TestBlocks.key(1), TestBlocks.SLOT_BYTES);
      Path others = directory.resolve("others");
      fill(others);

      assertThat(TestBlocks.commit(held, bytes(1))).isFalse();
      assertThat(store.statistics().refusedBlocks()).isEqualTo(1);
      assertThat(TestBlocks.read(store, TestBlocks.key(0))).isEqualTo(bytes(0));

      Files.delete(others);
      store.flush();
      assertThat(TestBlocks.put(store, TestBlocks.key(2), TestBlocks.SLOT_BYTES)).isTrue();
      assertThat(store.statistics().blocks()).isEqualTo(2);
      assertAllRight(store, TestBlocks.SLOT_BYTES);
    }
  }

  @Test
  void disk_without_inodes_is_well_and_keeps_blocks_once_there_are_some() throws Exception {
    try (SsdBlockStore store = open()) {
      List<Path> others = new ArrayList<>();
      while (true) {
        try {
          others.add(Files.createFile(directory.resolve("other-" + others.size())));
        } catch (IOException noInodes) {
          break;
        }
      }
      for (int i = 0; i < 10; i++) {
        assertThat(TestBlocks.put(store, TestBlocks.key(i), TestBlocks.SLOT_BYTES)).isFalse();
        store.flush();
      }
      assertThat(store.statistics().disks().getFirst().state()).isEqualTo(DiskState.HEALTHY);

      Files.delete(others.getFirst());
      store.flush();
      assertThat(TestBlocks.put(store, TestBlocks.key(1), TestBlocks.SLOT_BYTES)).isTrue();
      assertAllRight(store, TestBlocks.SLOT_BYTES);
    }
  }

  private static ByteBuffer bytes(int number) {
    return TestBlocks.bytes(TestBlocks.key(number), TestBlocks.SLOT_BYTES);
  }

  private static void fill(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (true) {
        channel.write(ByteBuffer.allocate(1 << 16));
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  private static void assertAllRight(SsdBlockStore store, int length) {
    for (int i = 0; i < 400; i++) {
      if (store.contains(TestBlocks.key(i))) {
        ByteBuffer read = TestBlocks.read(store, TestBlocks.key(i));
        assertThat(read).isEqualTo(TestBlocks.bytes(TestBlocks.key(i), length));
      }
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
