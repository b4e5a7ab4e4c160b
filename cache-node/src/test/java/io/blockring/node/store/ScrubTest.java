package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rots on a disk is found before a reader meets it. */
class ScrubTest {
  private static final int LENGTH = TestBlocks.SLOT_BYTES;
  private static final int SMALL = 5000;

  @TempDir Path directory;

  private SsdBlockStore store;

  @BeforeEach
  void open() throws IOException {
    store = SsdBlockStore.open(TestBlocks.settings(TestBlocks.disk(directory, 8)));
    for (int number = 0; number < 3; number++) {
      TestBlocks.put(store, TestBlocks.key(number), LENGTH);
    }
    for (int number = 10; number < 20; number++) {
      TestBlocks.put(store, TestBlocks.key(number), SMALL);
    }
    store.flush();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private long position(int number) throws IOException {
    try (BlockLease lease = TestBlocks.lease(store, TestBlocks.key(number))) {
      return lease.position();
    }
  }

  private void flip(long position) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            directory.resolve("segment-000000"),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      file.read(one, position);
      file.write(one.flip().put(0, (byte) (one.get(0) ^ 4)), position);
    }
  }

  private void wholeRound() {
    for (int slot = 0; slot < 4; slot++) {
      store.scrub();
    }
  }

  @Test
  void proves_every_committed_block() throws IOException {
    wholeRound();
    assertThat(store.statistics().scrubbedBytes()).isEqualTo(3L * LENGTH + 10 * SMALL);
    assertThat(store.statistics().corruptBlocks()).isZero();
    assertThat(store.statistics().activeLeases()).isZero();
  }

  @Test
  void rotten_block_is_dropped_and_counted_and_no_other() throws IOException {
    flip(position(1) + 123_456);
    flip(position(14) + 17);
    wholeRound();
    assertThat(store.statistics().corruptBlocks()).isEqualTo(2);
    assertThat(store.contains(TestBlocks.key(1))).isFalse();
    assertThat(store.contains(TestBlocks.key(14))).isFalse();
    assertThat(store.statistics().blocks()).isEqualTo(11);
    assertThat(store.statistics().activeLeases()).isZero();
  }

  @Test
  void rotten_compressed_block_is_dropped_and_its_neighbour_is_not() throws IOException {
    int plainBlocks = 13;
    TestBlocks.put(store, TestBlocks.packedKey(30), LENGTH);
    TestBlocks.put(store, TestBlocks.packedKey(31), LENGTH);
    store.flush();
    long bad;
    try (BlockLease lease = TestBlocks.lease(store, TestBlocks.packedKey(30))) {
      bad = lease.position() + 100_000;
    }
    flip(bad);
    wholeRound();
    wholeRound();
    assertThat(store.contains(TestBlocks.packedKey(30))).isFalse();
    assertThat(store.contains(TestBlocks.packedKey(31))).isTrue();
    assertThat(store.statistics().corruptBlocks()).isEqualTo(1);
    assertThat(store.statistics().blocks()).isEqualTo(plainBlocks + 1);
  }

  @Test
  void rotten_header_is_dropped_though_it_cannot_say_whose_it_is() throws IOException {
    // The header area of a segment comes first: that of slot 0, a large block.
    flip(20);
    wholeRound();
    assertThat(store.statistics().corruptBlocks()).isEqualTo(1);
    assertThat(store.statistics().blocks()).isEqualTo(12);
  }
}
