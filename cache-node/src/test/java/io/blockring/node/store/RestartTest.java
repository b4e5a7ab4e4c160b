package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.node.store.StoreSettings.Budget;
import io.blockring.node.store.StoreSettings.DiskSettings;
import io.blockring.node.store.disk.Directory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Restart reads the index only, so a sparse store shows what a full one takes. Other sizes: {@code
 * -Dstore.restart.blocks=8000000}.
 */
class RestartTest {
  private static final int BLOCKS = Integer.getInteger("store.restart.blocks", 1_000_000);
  private static final int SLOT_BYTES = 4 << 20;
  private static final int LENGTH = 10_000;
  private static final int IN_REGION = SLOT_BYTES / Place.recordBytes(LENGTH, LENGTH);

  @TempDir Path directory;

  @Test
  void million_blocks_are_ready_within_five_seconds_of_cpu() throws IOException {
    writeIndex();
    long budget = 2L * BLOCKS * LENGTH;
    StoreSettings settings =
        StoreSettings.of(List.of(new DiskSettings(directory, new Budget.Bytes(budget), 0)));

    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long start = System.nanoTime();
    long cpuStart = thread.getCurrentThreadCpuTime();
    try (SsdBlockStore store = SsdBlockStore.open(settings)) {
      Duration wall = Duration.ofNanos(System.nanoTime() - start);
      Duration cpu = Duration.ofNanos(thread.getCurrentThreadCpuTime() - cpuStart);
      System.out.printf(
          "%d blocks ready after %d ms (%d ms of CPU); %.1f bytes of memory per block%n",
          BLOCKS, wall.toMillis(), cpu.toMillis(), (double) store.memoryBytes() / BLOCKS);
      assertThat(store.statistics().blocks()).isEqualTo(BLOCKS);
      // CPU, because the clock of a busy build machine says little: opening is one thread's work.
      assertThat(cpu).isLessThan(Duration.ofSeconds(BLOCKS <= 1_000_000 ? 5 : 10));
    }
  }

  private void writeIndex() throws IOException {
    try (Directory taken = Directory.take(directory)) {
      DiskFormat format = DiskFormat.openOrReset(taken, SLOT_BYTES);
      IndexLog log = IndexLog.open(taken, format, new ReentrantLock(), record -> {});
      for (int i = 0; i < BLOCKS; i++) {
        int offset = i % IN_REGION * Place.recordBytes(LENGTH, LENGTH);
        log.add(IndexRecord.added(Fingerprint.mix(i), Place.small(i / IN_REGION, offset, LENGTH)));
        if (i % 100_000 == 0) {
          log.write();
        }
      }
      log.write();
      log.close();
    }
  }
}
