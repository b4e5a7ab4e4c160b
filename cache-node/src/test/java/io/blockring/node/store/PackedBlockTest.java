package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.Blocks;
import io.blockring.node.store.MountKeeping.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed blocks: less space, the same bytes and the same proofs. */
class PackedBlockTest {
  private static final int SLOT = TestBlocks.SLOT_BYTES;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 4096, 65_536, 65_537, 300_001, SLOT - 1, SLOT})
  void any_range_of_a_compressed_block_is_what_was_stored(int length) throws Exception {
    BlockKey key = TestBlocks.packedKey(1);
    ByteBuffer expected = TestBlocks.bytes(key, length);
    try (SsdBlockStore store = open(Compression.LZ4)) {
      assertThat(TestBlocks.put(store, key, length)).isTrue();
      for (int offset : new int[] {0, length / 3, length - 1}) {
        for (int count : new int[] {1, 4096, 70_000, length}) {
          int wanted = Math.min(count, length - offset);
          try (BlockLease lease = TestBlocks.lease(store, key)) {
            assertThat(lease.length()).isEqualTo(length);
            ByteBuffer read = ByteBuffer.allocate(wanted);
            lease.readVerified(offset, read);
            assertThat(read.flip()).isEqualTo(expected.slice(offset, wanted));
          }
        }
      }
    }
  }

  @Test
  void checksums_are_of_the_plain_bytes() throws IOException {
    BlockKey key = TestBlocks.packedKey(1);
    ByteBuffer plain = TestBlocks.bytes(key, SLOT);
    try (SsdBlockStore store = open(Compression.LZ4)) {
      TestBlocks.put(store, key, SLOT);
      try (BlockLease lease = TestBlocks.lease(store, key)) {
        assertThat(lease.isPlain()).isFalse();
        ByteBuffer checksums = ByteBuffer.allocate(Integer.BYTES * Blocks.cells(SLOT));
        lease.checksums(0, Blocks.cells(SLOT), checksums);
        checksums.flip();
        while (plain.hasRemaining()) {
          assertThat(checksums.getInt()).isEqualTo(BlockHeader.crc(plain, Blocks.CELL_BYTES));
        }
      }
    }
  }

  @Test
  void range_is_in_the_page_cache_once_it_was_loaded() throws Exception {
    BlockKey key = TestBlocks.packedKey(1);
    try (SsdBlockStore store = open(Compression.LZ4)) {
      TestBlocks.put(store, key, SLOT);
      try (BlockLease lease = TestBlocks.lease(store, key)) {
        lease.load(100_000, 4096).get(10, TimeUnit.SECONDS);
        assertThat(lease.isInPageCache(100_000, 4096)).isTrue();
      }
    }
  }

  @Test
  void several_compressed_blocks_lie_in_one_slot_and_survive_a_restart() throws IOException {
    int blocks = 12;
    try (SsdBlockStore store = open(Compression.LZ4)) {
      for (int i = 0; i < blocks; i++) {
        assertThat(TestBlocks.put(store, TestBlocks.packedKey(i), SLOT)).isTrue();
      }
      assertThat(store.statistics().evictedBlocks()).isZero();
      assertThat(store.statistics().packedFromBytes()).isEqualTo((long) blocks * SLOT);
      assertThat(store.statistics().packedBytes()).isLessThan((long) blocks * SLOT / 3);
    }
    // Without the setting, too: it says how to write, not how to read.
    try (SsdBlockStore store = open(Compression.NONE)) {
      for (int i = 0; i < blocks; i++) {
        assertThat(TestBlocks.read(store, TestBlocks.packedKey(i)))
            .isEqualTo(TestBlocks.bytes(TestBlocks.packedKey(i), SLOT));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void bytes_that_do_not_shrink_are_stored_as_they_are(Compression compression) throws IOException {
    BlockKey key = TestBlocks.packedKey(1);
    ByteBuffer random = TestBlocks.bytes(TestBlocks.key(7), SLOT);
    try (SsdBlockStore store = open(compression)) {
      assertThat(TestBlocks.put(store, key, random)).isTrue();
      try (BlockLease lease = TestBlocks.lease(store, key)) {
        assertThat(lease.isPlain()).isTrue();
      }
      assertThat(TestBlocks.read(store, key)).isEqualTo(random);
      assertThat(store.statistics().packedBytes()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void only_lz4_looks_past_a_first_part_that_does_not_shrink(Compression compression)
      throws IOException {
    BlockKey key = TestBlocks.packedKey(1);
    ByteBuffer bytes = TestBlocks.bytes(key, SLOT);
    bytes.put(0, TestBlocks.bytes(TestBlocks.key(7), 65_536), 0, 65_536);
    try (SsdBlockStore store = open(compression)) {
      TestBlocks.put(store, key, bytes);
      try (BlockLease lease = TestBlocks.lease(store, key)) {
        assertThat(lease.isPlain()).isEqualTo(compression != Compression.LZ4);
      }
      assertThat(TestBlocks.read(store, key)).isEqualTo(bytes);
    }
  }

  @Test
  void table_that_claims_too_much_is_refused() {
    int length = 3 * Pieces.BYTES;
    assertThat(Pieces.read(table(1000, 2000, 3000), length, 3000)).isNotNull();
    assertThat(Pieces.read(table(1000, 2000, 3000), length, 3001)).isNull();
    assertThat(Pieces.read(table(1000, 900, 3000), length, 3000)).isNull();
    assertThat(Pieces.read(table(1000, 1000 + Pieces.BYTES + 1, 70_000), length, 70_000)).isNull();
    assertThat(Pieces.read(table(-1, 2000, 3000), length, 3000)).isNull();
    assertThat(Pieces.read(table(1000, 2000, Integer.MAX_VALUE), length, 3000)).isNull();
    assertThat(Pieces.read(table(1000, 2000), length, 2000)).isNull();
  }

  private static ByteBuffer table(int... ends) {
    ByteBuffer table = ByteBuffer.allocate(Integer.BYTES * ends.length);
    for (int end : ends) {
      table.putInt(end);
    }
    return table.flip();
  }

  private SsdBlockStore open(Compression compression) throws IOException {
    return SsdBlockStore.open(
        TestBlocks.settings(TestBlocks.disk(directory, 6))
            .withMounts(
                Map.of(
                    TestBlocks.PACKING_MOUNT, MountKeeping.DEFAULT.withCompression(compression))));
  }
}
