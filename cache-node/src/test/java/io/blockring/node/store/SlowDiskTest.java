package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockring.client.namespace.BlockKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk whose threads are held up: by others who read, or by a device that does not answer. */
@Timeout(60)
class SlowDiskTest {
  private static final BlockKey KEY = TestBlocks.key(1);
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration DEADLINE = Duration.ofSeconds(40);

  /** Than a disk that relapses is left alone. */
  private static final Duration LATER = Duration.ofHours(5);

  private static final Duration BEYOND_PATIENCE = Duration.ofSeconds(11);

  @TempDir Path path;

  private final AtomicLong now = new AtomicLong(-5);
  private final CountDownLatch answers = new CountDownLatch(1);
  private @Nullable Disk opened;

  private Disk disk() {
    return Objects.requireNonNull(opened);
  }

  private void open(Duration readDeadline) throws Exception {
    opened = Disk.open(TestBlocks.disk(path, 4), settings(readDeadline), "disk-test", now::get);
    Reservation reservation =
        Objects.requireNonNull(
            disk()
                .reserve(
                    KEY,
                    TestBlocks.MOUNT,
                    BlockHome.UNKNOWN,
                    Fingerprint.of(KEY),
                    TestBlocks.SLOT_BYTES));
    try (reservation) {
      ByteBuffer bytes = TestBlocks.bytes(KEY, TestBlocks.SLOT_BYTES);
      assertThat(reservation.commit(bytes).get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @AfterEach
  void close() {
    answers.countDown();
    disk().close();
  }

  private StoreSettings settings(Duration readDeadline) {
    StoreSettings some = TestBlocks.settings(TestBlocks.disk(path, 4));
    return new StoreSettings(
        some.disks(),
        some.slotBytes(),
        2,
        2,
        64,
        1 << 20,
        Duration.ofHours(1),
        1L << 40,
        readDeadline,
        Duration.ofHours(1),
        Duration.ofDays(1000),
        0,
        some.pageCache(),
        some.mounts());
  }

  /** Until it answers, whatever is asked of it waits. */
  private void holdUp() throws InterruptedException {
    CountDownLatch isHeldUp = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      disk()
          .threads()
          .tryRead(
              () -> {
                isHeldUp.countDown();
                await(answers);
              },
              () -> {});
    }
    await(isHeldUp);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private BlockLease lease() {
    return Objects.requireNonNull(disk().lease(KEY, Fingerprint.of(KEY)));
  }

  @Test
  void reader_of_a_busy_disk_gives_up_and_the_disk_is_not_blamed() throws Exception {
    open(SHORT);
    holdUp();
    try (BlockLease lease = lease()) {
      CompletableFuture<Void> loaded = lease.load(0, lease.length());
      assertThatThrownBy(loaded::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(TimeoutException.class);
    }
    answers.countDown();
    assertThat(disk().threads().finish(Duration.ofSeconds(30))).isTrue();
    assertThat(disk().threads().shed()).isEqualTo(1);
    assertThat(disk().statistics().activeLeases()).isZero();
    assertThat(disk().state()).isEqualTo(DiskState.HEALTHY);
  }

  @Test
  void disk_that_answers_nobody_is_left_alone_at_the_second_look_and_its_readers_go()
      throws Exception {
    open(DEADLINE);
    holdUp();
    try (BlockLease lease = lease()) {
      CompletableFuture<Void> waiting = lease.load(0, lease.length());
      now.addAndGet(BEYOND_PATIENCE.toNanos());
      disk().watch();
      assertThat(disk().state()).as("this process may have paused").isEqualTo(DiskState.HEALTHY);
      disk().watch();
      assertThat(disk().state()).isEqualTo(DiskState.SUSPECT);
      assertThatThrownBy(waiting::get).hasRootCauseInstanceOf(IOException.class);
    }
    assertThat(disk().lease(KEY, Fingerprint.of(KEY))).isNull();
  }

  @Test
  void disk_that_answers_anybody_is_busy_and_no_more() throws Exception {
    open(DEADLINE);
    holdUp();
    now.addAndGet(BEYOND_PATIENCE.toNanos());
    disk().watch();
    disk().threads().reads().begins();
    disk().watch();
    now.addAndGet(BEYOND_PATIENCE.dividedBy(2).toNanos());
    disk().watch();
    disk().threads().reads().ends();
    assertThat(disk().state()).isEqualTo(DiskState.HEALTHY);
  }

  @Test
  void reads_that_hang_after_a_pause_of_this_process_hang_at_the_second_look() throws Exception {
    open(DEADLINE);
    holdUp();
    now.addAndGet(DEADLINE.multipliedBy(2).toNanos());
    disk().watch();
    assertThat(disk().state()).isEqualTo(DiskState.HEALTHY);
    disk().watch();
    assertThat(disk().state()).isEqualTo(DiskState.SUSPECT);
  }

  @Test
  void reads_that_take_too_long_are_the_disks_fault() throws Exception {
    open(SHORT);
    try (BlockLease lease = lease()) {
      while (disk().state() == DiskState.HEALTHY) {
        isLoaded(lease);
      }
    }
    assertThat(disk().health().trouble()).contains("not read within 25 ms");
  }

  @Test
  void reads_that_take_too_long_while_this_process_paused_are_not_the_disks_fault()
      throws Exception {
    open(SHORT);
    try (BlockLease lease = lease()) {
      while (isLoaded(lease)) {
        // Until its work has taken too long: so does whatever follows.
      }
      now.addAndGet(ProcessPauses.REGULAR.multipliedBy(2).toNanos());
      for (int i = 0; i < 100; i++) {
        isLoaded(lease);
      }
    }
    assertThat(disk().state()).isEqualTo(DiskState.HEALTHY);
    assertThat(disk().health().trouble()).isEmpty();
  }

  private static boolean isLoaded(BlockLease lease) throws Exception {
    return lease.load(0, lease.length()).handle((done, failure) -> failure == null).get();
  }

  @Test
  void old_flaw_is_forgotten_once_the_disk_reads_well() throws Exception {
    open(DEADLINE);
    FailedRead flaw = new FailedRead(path, 0, 4096); // A directory: it can be opened, not read.
    failReads(2, flaw);
    assertThat(disk().lastFailedRead()).as("borne").isNull();
    failReads(1, flaw);
    assertThat(disk().lastFailedRead()).isEqualTo(flaw);
    disk().check();
    assertThat(disk().state()).as("it cannot be read still").isEqualTo(DiskState.SUSPECT);

    Path format = path.resolve(DiskFormat.FILE);
    disk().health().reads().recovered();
    disk().check();
    assertThat(disk().lastFailedRead()).isNull();
    disk().health().reads().suspect("something else");
    now.addAndGet(LATER.toNanos());
    disk().check();
    assertThat(disk().state()).isEqualTo(DiskState.HEALTHY);

    failReads(3, new FailedRead(format, 0, 4096));
    now.addAndGet(LATER.toNanos());
    disk().check();
    assertThat(disk().lastFailedRead()).as("read in a trial").isNull();
    assertThat(disk().state()).isEqualTo(DiskState.HEALTHY);
  }

  private void failReads(int times, FailedRead read) {
    for (int i = 0; i < times; i++) {
      disk().readFailed(new IOException("EIO"), read);
    }
  }

  @Test
  void pages_that_are_about_to_leave_are_not_promised_to_a_reader() throws Exception {
    open(DEADLINE);
    ByteBuffer cell = ByteBuffer.allocateDirect(4096);
    try (BlockLease lease = lease()) {
      assumeTrue(lease.readAtOnce(0, cell, true), "this kernel cannot say what is there");
    }
    disk().flush();
    disk().pages().nextRound();
    assertThat(disk().pages().choose()).isNotEqualTo(SlotTable.NONE);
    try (BlockLease lease = lease()) {
      assertThat(lease.isInPageCache(0, lease.length())).isFalse();
      assertThat(lease.readAtOnce(0, cell.clear(), true)).isFalse();
      disk().pages().endRound();
      lease.load(0, lease.length()).get();
      assertThat(lease.isInPageCache(0, lease.length())).isTrue();
      assertThat(lease.readAtOnce(0, cell.clear(), true)).isTrue();
    }
  }
}
