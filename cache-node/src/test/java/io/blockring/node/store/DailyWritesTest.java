package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.node.store.StoreSettings.Budget;
import io.blockring.node.store.StoreSettings.DiskSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that has had its writes of the day keeps nothing more and goes on serving what it has. */
class DailyWritesTest {
  private static final int SLOTS = 10;
  private static final int KEPT = 6;

  @TempDir Path directory;

  private final AtomicLong nanos = new AtomicLong();

  private SsdBlockStore open() throws IOException {
    DiskSettings disk = TestBlocks.disk(directory, SLOTS);
    // Half of the sixth block is one too many: a block that was let in is written to its end.
    double wanted = (KEPT - 0.5) * TestBlocks.SLOT_BYTES;
    return SsdBlockStore.open(
        TestBlocks.settings(disk).withWritesPerDay(wanted / ((Budget.Bytes) disk.budget()).bytes()),
        nanos::get);
  }

  private static boolean put(SsdBlockStore store, int number) {
    return TestBlocks.put(store, TestBlocks.key(number), TestBlocks.SLOT_BYTES);
  }

  @Test
  void nothing_more_is_kept_until_midnight_and_hits_go_on() throws IOException {
    try (SsdBlockStore store = open()) {
      for (int i = 0; i < KEPT; i++) {
        assertThat(put(store, i)).isTrue();
      }
      assertThat(put(store, KEPT)).isFalse();
      assertThat(store.statistics().bypassedBlocks()).isEqualTo(1);
      assertThat(store.statistics().refusedBlocks()).isZero();
      assertThat(store.statistics().disks().getFirst().isSpent()).isTrue();
      assertThat(TestBlocks.read(store, TestBlocks.key(0)))
          .isEqualTo(TestBlocks.bytes(TestBlocks.key(0), TestBlocks.SLOT_BYTES));

      nanos.addAndGet(Duration.ofDays(1).toNanos());
      assertThat(store.statistics().disks().getFirst().writtenToday()).isZero();
      assertThat(put(store, KEPT)).isTrue();
    }
  }

  @Test
  void what_was_written_is_remembered_over_restarts_and_rewrites_of_the_index() throws IOException {
    long written;
    try (SsdBlockStore store = open()) {
      for (int i = 0; i < KEPT; i++) {
        put(store, i);
        store.drop(TestBlocks.key(i), BlockStore.DropReason.ASKED);
        store.flush();
      }
      written = store.statistics().disks().getFirst().writtenToday();
      assertThat(written).isGreaterThan((long) KEPT * TestBlocks.SLOT_BYTES);
    }
    try (FileChannel index =
        FileChannel.open(directory.resolve(DiskFormat.INDEX), StandardOpenOption.WRITE)) {
      // A damaged page makes the next flush rewrite the index.
      index.write(ByteBuffer.wrap(new byte[100]), 0);
    }
    try (SsdBlockStore store = open()) {
      store.flush();
    }
    try (SsdBlockStore store = open()) {
      assertThat(store.statistics().disks().getFirst().writtenToday()).isEqualTo(written);
      assertThat(put(store, 100)).isFalse();
    }
  }

  @Test
  void another_disk_takes_what_one_may_not_write(@TempDir Path other) throws IOException {
    DiskSettings small = TestBlocks.disk(directory, 4);
    DiskSettings large = TestBlocks.disk(other, 40);
    StoreSettings settings = TestBlocks.settings(small, large).withWritesPerDay(0.5);
    try (SsdBlockStore store = SsdBlockStore.open(settings, nanos::get)) {
      int kept = 0;
      while (put(store, kept)) {
        kept++;
      }
      assertThat(store.statistics().disks()).allMatch(StoreStatistics.Disk::isSpent);
      assertThat(kept).isBetween(2 + 20, 3 + 21);
      assertThat(store.statistics().bypassedBlocks()).isEqualTo(1);
    }
  }
}
