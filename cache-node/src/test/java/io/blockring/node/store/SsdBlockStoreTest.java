package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.Blocks;
import io.blockring.node.store.BlockStore.DropReason;
import io.blockring.node.store.StoreSettings.Budget;
import io.blockring.node.store.StoreSettings.DiskSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SsdBlockStoreTest {
  @TempDir Path directory;

  private SsdBlockStore open(int slots) throws IOException {
    return SsdBlockStore.open(TestBlocks.settings(TestBlocks.disk(directory, slots)));
  }

  @Test
  void gives_back_every_range_of_what_was_committed() throws IOException {
    int[] lengths = {1, 4095, 4096, 4097, 300_000, TestBlocks.SMALL_LIMIT, TestBlocks.SLOT_BYTES};
    try (SsdBlockStore store = open(8)) {
      for (int i = 0; i < lengths.length; i++) {
        assertThat(TestBlocks.put(store, TestBlocks.key(i), lengths[i])).isTrue();
      }
      for (int i = 0; i < lengths.length; i++) {
        ByteBuffer expected = TestBlocks.bytes(TestBlocks.key(i), lengths[i]);
        assertThat(TestBlocks.read(store, TestBlocks.key(i))).isEqualTo(expected);
        try (BlockLease lease = TestBlocks.lease(store, TestBlocks.key(i))) {
          int from = lengths[i] / 3;
          ByteBuffer part = ByteBuffer.allocate(lengths[i] / 2);
          lease.readVerified(from, part);
          assertThat(part.flip()).isEqualTo(expected.slice(from, lengths[i] / 2));
        }
      }
    }
  }

  @Test
  void checksums_are_those_of_the_cells_and_the_bytes_lie_in_one_piece() throws IOException {
    int length = TestBlocks.SLOT_BYTES - 100;
    BlockKey key = TestBlocks.key(7);
    ByteBuffer expected = TestBlocks.bytes(key, length);
    try (SsdBlockStore store = open(4)) {
      TestBlocks.put(store, key, length);
      try (BlockLease lease = TestBlocks.lease(store, key)) {
        ByteBuffer checksums = ByteBuffer.allocate(8);
        lease.checksums(Blocks.cells(length) - 2, 2, checksums);
        int last = (Blocks.cells(length) - 1) * Blocks.CELL_BYTES;
        assertThat(checksums.getInt(0)).isEqualTo(crc(expected, last - 4096, 4096));
        assertThat(checksums.getInt(4)).isEqualTo(crc(expected, last, length - last));

        ByteBuffer raw = ByteBuffer.allocate(length);
        while (raw.hasRemaining()) {
          lease.channel().read(raw, lease.position() + raw.position());
        }
        assertThat(raw.flip()).isEqualTo(expected);
      }
    }
  }

  @Test
  void what_was_written_is_in_the_page_cache_and_loading_it_succeeds() throws Exception {
    try (SsdBlockStore store = open(4)) {
      TestBlocks.put(store, TestBlocks.key(1), TestBlocks.SLOT_BYTES);
      try (BlockLease lease = TestBlocks.lease(store, TestBlocks.key(1))) {
        assertThat(lease.isInPageCache(0, TestBlocks.SLOT_BYTES)).isTrue();
        lease.load(0, TestBlocks.SLOT_BYTES).get(10, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void blocks_written_or_read_once_leave_the_page_cache_and_those_read_again_stay()
      throws IOException {
    try (SsdBlockStore store = open(4)) {
      for (int i = 0; i < 3; i++) {
        TestBlocks.put(store, TestBlocks.key(i), TestBlocks.SLOT_BYTES);
      }
      // A round to be used again in, and the one after it.
      store.flush();
      store.flush();
      assumeTrue(!isCached(store, 0), "this file system keeps its files in memory");
      TestBlocks.read(store, TestBlocks.key(1));
      for (int i = 0; i < 3; i++) {
        TestBlocks.read(store, TestBlocks.key(2));
        // Ranges of one block one after the other are one use of it.
        TestBlocks.read(store, TestBlocks.key(0));
      }
      store.flush();
      store.flush();
      assertThat(isCached(store, 1)).as("read once").isFalse();
      assertThat(isCached(store, 2)).as("read again and again").isTrue();
      assertThat(TestBlocks.read(store, TestBlocks.key(1)))
          .isEqualTo(TestBlocks.bytes(TestBlocks.key(1), TestBlocks.SLOT_BYTES));
    }
  }

  private static boolean isCached(SsdBlockStore store, int block) {
    try (BlockLease lease = TestBlocks.lease(store, TestBlocks.key(block))) {
      return lease.isInPageCache(0, TestBlocks.SLOT_BYTES);
    }
  }

  @Test
  void committed_blocks_survive_a_restart() throws IOException {
    try (SsdBlockStore store = open(16)) {
      for (int i = 0; i < 20; i++) {
        assertThat(TestBlocks.put(store, TestBlocks.key(i), 100_000 * (1 + i % 7))).isTrue();
      }
      store.drop(TestBlocks.key(3), DropReason.ASKED);
      store.drop(TestBlocks.key(6), DropReason.ASKED);
    }
    try (SsdBlockStore store = open(16)) {
      assertThat(store.statistics().blocks()).isEqualTo(18);
      for (int i = 0; i < 20; i++) {
        ByteBuffer read = TestBlocks.read(store, TestBlocks.key(i));
        if (i == 3 || i == 6) {
          assertThat(read).isNull();
        } else {
          assertThat(read).isEqualTo(TestBlocks.bytes(TestBlocks.key(i), 100_000 * (1 + i % 7)));
        }
      }
    }
  }

  @Test
  void disk_mounted_elsewhere_keeps_its_blocks(@TempDir Path parent) throws IOException {
    Path before = parent.resolve("before");
    Path after = parent.resolve("after");
    StoreSettings here = TestBlocks.settings(TestBlocks.disk(before, 4));
    try (SsdBlockStore store = SsdBlockStore.open(here)) {
      TestBlocks.put(store, TestBlocks.key(1), 50_000);
    }
    Files.move(before, after);
    StoreSettings there = TestBlocks.settings(TestBlocks.disk(after, 4));
    try (SsdBlockStore store = SsdBlockStore.open(there)) {
      assertThat(store.contains(TestBlocks.key(1))).isTrue();
    }
  }

  @Test
  void second_store_on_the_same_directory_is_refused_with_its_path() throws IOException {
    SsdBlockStore first = open(4);
    assertThatThrownBy(() -> open(4))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("in use");
    first.close();
    open(4).close();
  }

  @Test
  void budget_too_small_for_four_slots_is_refused_with_both_numbers() {
    DiskSettings disk = new DiskSettings(directory, new Budget.Bytes(5_000_000), 0);
    assertThatThrownBy(() -> SsdBlockStore.open(TestBlocks.settings(disk)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5000000")
        .hasMessageContaining("4 slots");
  }

  @Test
  void never_more_than_the_budget_is_on_the_disk() throws Exception {
    DiskSettings disk = TestBlocks.disk(directory, 8);
    long budget = ((Budget.Bytes) disk.budget()).bytes();
    try (SsdBlockStore store = SsdBlockStore.open(TestBlocks.settings(disk))) {
      for (int i = 0; i < 300; i++) {
        TestBlocks.put(store, TestBlocks.key(i), i % 3 == 0 ? 2 << 20 : 30_000 + i);
        if (i % 50 == 0) {
          store.flush();
          assertThat(allocatedBytes()).isLessThanOrEqualTo(budget);
        }
      }
      assertThat(store.statistics().evictedBlocks()).isPositive();
      assertThat(store.statistics().bytes()).isLessThan(budget);
    }
    assertThat(allocatedBytes()).isLessThanOrEqualTo(budget);
  }

  @Test
  void smaller_budget_after_a_restart_gives_space_back() throws Exception {
    try (SsdBlockStore store = open(16)) {
      for (int i = 0; i < 16; i++) {
        TestBlocks.put(store, TestBlocks.key(i), TestBlocks.SLOT_BYTES);
      }
    }
    DiskSettings smaller = TestBlocks.disk(directory, 6);
    try (SsdBlockStore store = SsdBlockStore.open(TestBlocks.settings(smaller))) {
      assertThat(store.statistics().blocks()).isEqualTo(6);
      assertThat(allocatedBytes()).isLessThanOrEqualTo(((Budget.Bytes) smaller.budget()).bytes());
    }
  }

  @Test
  void ten_thousand_small_objects_take_little_more_than_their_bytes() throws Exception {
    int objects = 10_000;
    int length = 10_000;
    DiskSettings disk = new DiskSettings(directory, new Budget.Bytes(256 << 20), 0);
    try (SsdBlockStore store = SsdBlockStore.open(TestBlocks.settings(disk))) {
      for (int i = 0; i < objects; i++) {
        assertThat(TestBlocks.put(store, TestBlocks.key(i), length)).isTrue();
      }
      store.flush();
      assertThat(store.statistics().blocks()).isEqualTo(objects);
      assertThat(allocatedBytes()).isLessThan((long) (1.15 * objects * length));
      for (int i = 0; i < objects; i += 97) {
        assertThat(TestBlocks.read(store, TestBlocks.key(i)))
            .isEqualTo(TestBlocks.bytes(TestBlocks.key(i), length));
      }
    }
  }

  @Test
  void reservation_that_is_closed_gives_its_room_back() throws IOException {
    try (SsdBlockStore store = open(4)) {
      for (int i = 0; i < 50; i++) {
        Reservation reservation =
            TestBlocks.reserve(store, TestBlocks.key(i), TestBlocks.SLOT_BYTES - i);
        reservation.close();
        reservation.close();
      }
      for (int i = 0; i < 50; i++) {
        TestBlocks.reserve(store, TestBlocks.key(i), 400_000).close();
      }
      assertThat(store.statistics().blocks()).isZero();
      assertThat(store.statistics().activeLeases()).isZero();
      assertThat(TestBlocks.put(store, TestBlocks.key(99), TestBlocks.SLOT_BYTES)).isTrue();
    }
  }

  @Test
  void refuses_when_every_slot_is_reserved_or_leased_and_recovers() throws IOException {
    try (SsdBlockStore store = open(4)) {
      Reservation[] held =
          IntStream.range(0, 4)
              .mapToObj(i -> TestBlocks.reserve(store, TestBlocks.key(i), TestBlocks.SLOT_BYTES))
              .toArray(Reservation[]::new);
      assertThat(store.reserve(TestBlocks.key(9), TestBlocks.MOUNT, 0, TestBlocks.SLOT_BYTES))
          .isNull();
      assertThat(store.statistics().refusedBlocks()).isEqualTo(1);
      held[0].close();
      assertThat(TestBlocks.put(store, TestBlocks.key(9), TestBlocks.SLOT_BYTES)).isTrue();
      try (BlockLease lease = TestBlocks.lease(store, TestBlocks.key(9))) {
        assertThat(lease.length()).isEqualTo(TestBlocks.SLOT_BYTES);
        assertThat(store.reserve(TestBlocks.key(10), TestBlocks.MOUNT, 0, TestBlocks.SLOT_BYTES))
            .isNull();
      }
      assertThat(TestBlocks.put(store, TestBlocks.key(10), TestBlocks.SLOT_BYTES)).isTrue();
    }
  }

  @Test
  void two_fills_of_one_block_leave_one_block() throws IOException {
    BlockKey key = TestBlocks.key(1);
    try (SsdBlockStore store = open(4)) {
      Reservation one = TestBlocks.reserve(store, key, 600_000);
      Reservation two = TestBlocks.reserve(store, key, 600_000);
      assertThat(TestBlocks.commit(one, TestBlocks.bytes(key, 600_000))).isTrue();
      assertThat(TestBlocks.commit(two, TestBlocks.bytes(key, 600_000))).isTrue();
      assertThat(store.statistics().blocks()).isEqualTo(1);
      assertThat(store.reserve(key, TestBlocks.MOUNT, 0, 600_000)).isNull();
    }
  }

  @Test
  void several_disks_share_blocks_by_budget_and_all_are_found(@TempDir Path other)
      throws IOException {
    StoreSettings settings =
        TestBlocks.settings(TestBlocks.disk(directory, 60), TestBlocks.disk(other, 20));
    try (SsdBlockStore store = SsdBlockStore.open(settings)) {
      for (int i = 0; i < 400; i++) {
        TestBlocks.put(store, TestBlocks.key(i), 20_000);
      }
      var disks = store.statistics().disks();
      double share = (double) disks.get(0).bytes() / store.statistics().bytes();
      assertThat(share).isBetween(0.65, 0.85);
      for (int i = 0; i < 400; i++) {
        assertThat(store.contains(TestBlocks.key(i))).isTrue();
      }
    }
  }

  @Test
  void length_beyond_a_slot_and_wrong_buffers_are_refused_with_their_numbers() throws IOException {
    try (SsdBlockStore store = open(4)) {
      assertThatThrownBy(
              () ->
                  store.reserve(TestBlocks.key(1), TestBlocks.MOUNT, 0, TestBlocks.SLOT_BYTES + 1))
          .hasMessageContaining("2097153")
          .hasMessageContaining("2097152");
      try (Reservation reservation = TestBlocks.reserve(store, TestBlocks.key(1), 100)) {
        assertThatThrownBy(() -> reservation.commit(ByteBuffer.allocateDirect(99)))
            .hasMessageContaining("reserved 100 bytes")
            .hasMessageContaining("got 99");
        assertThatThrownBy(() -> reservation.commit(ByteBuffer.allocate(100)))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void interrupted_reader_does_not_close_the_file_for_others() throws Exception {
    try (SsdBlockStore store = open(4)) {
      TestBlocks.put(store, TestBlocks.key(1), 600_000);
      Thread reader =
          Thread.ofVirtual()
              .start(
                  () -> {
                    Thread.currentThread().interrupt();
                    TestBlocks.read(store, TestBlocks.key(1));
                    try (BlockLease lease = TestBlocks.lease(store, TestBlocks.key(1))) {
                      lease.channel().read(ByteBuffer.allocate(10), 0);
                    } catch (IOException e) {
                      // The channel for sendfile is Java's own and does close.
                    }
                  });
      assertThat(reader.join(Duration.ofSeconds(10))).isTrue();
      assertThat(TestBlocks.read(store, TestBlocks.key(1))).isNotNull();
      try (BlockLease lease = TestBlocks.lease(store, TestBlocks.key(1))) {
        assertThat(lease.channel().isOpen()).isTrue();
      }
    }
  }

  private long allocatedBytes() throws Exception {
    Process du = new ProcessBuilder("du", "-s", "-B1", directory.toString()).start();
    try (BufferedReader lines = du.inputReader()) {
      return Long.parseLong(lines.readLine().replaceFirst("\\s.*", ""));
    }
  }

  private static int crc(ByteBuffer bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, length));
    return (int) crc.getValue();
  }
}
