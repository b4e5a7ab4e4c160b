package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.BlockKey;
import io.blockring.node.store.BlockStore.DropReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockWalkTest {
  private static final int SLOTS = 24;
  private static final int SMALL = 9_000;

  @TempDir Path directory;
  @TempDir Path other;

  private SsdBlockStore open() throws IOException {
    return SsdBlockStore.open(TestBlocks.settings(TestBlocks.disk(directory, SLOTS)));
  }

  private static List<KeptBlock> walk(BlockStore store) {
    List<KeptBlock> blocks = new ArrayList<>();
    BlockWalk walk = store.walk();
    for (KeptBlock block = walk.next(); block != null; block = walk.next()) {
      blocks.add(block);
    }
    return blocks;
  }

  private static KeptBlock kept(BlockKey key, int length) {
    return new KeptBlock(
        key, length, BlockHome.of(TestBlocks.mount(key), TestBlocks.placementHash(key)), false);
  }

  @Test
  void finds_every_block_and_where_it_belongs_also_after_a_restart() throws IOException {
    Set<KeptBlock> put = new HashSet<>();
    try (SsdBlockStore store =
        SsdBlockStore.open(
            TestBlocks.settings(
                TestBlocks.disk(directory, SLOTS), TestBlocks.disk(other, SLOTS)))) {
      for (int i = 0; i < 30; i++) {
        BlockKey key = TestBlocks.anyKey(i);
        int length = i % 3 == 0 ? SMALL : TestBlocks.SLOT_BYTES - i;
        assertThat(TestBlocks.put(store, key, length)).isTrue();
        put.add(kept(key, length));
      }
      assertThat(walk(store)).as("not committed").containsExactlyInAnyOrderElementsOf(put);
    }
    try (SsdBlockStore store =
        SsdBlockStore.open(
            TestBlocks.settings(
                TestBlocks.disk(directory, SLOTS), TestBlocks.disk(other, SLOTS)))) {
      assertThat(walk(store)).containsExactlyInAnyOrderElementsOf(put);
    }
  }

  @Test
  void pinned_blocks_come_first_then_those_used_most() throws IOException {
    try (SsdBlockStore store = open()) {
      for (int i = 0; i < 9; i++) {
        TestBlocks.put(store, TestBlocks.key(i), TestBlocks.SLOT_BYTES);
      }
      for (int use = 0; use < 8; use++) {
        TestBlocks.lease(store, TestBlocks.key(4)).close();
        if (use < 3) {
          TestBlocks.lease(store, TestBlocks.key(2)).close();
        }
        // Uses that follow each other count as one.
        for (int i = 0; i < 64; i++) {
          store.lease(TestBlocks.key(1000 + i));
        }
        TestBlocks.lease(store, TestBlocks.key(7)).close();
      }
      store.keep(KeepAction.PIN, TestBlocks.key(5), TestBlocks.MOUNT);
      TestBlocks.put(store, TestBlocks.packedKey(50), TestBlocks.SLOT_BYTES - 8);
      store.keep(KeepAction.PIN, TestBlocks.packedKey(50), TestBlocks.PACKING_MOUNT);
      List<KeptBlock> walked = walk(store);
      assertThat(walked.subList(0, 2))
          .extracting(KeptBlock::key)
          .containsExactlyInAnyOrder(TestBlocks.key(5), TestBlocks.packedKey(50));
      assertThat(walked.subList(0, 2)).allMatch(KeptBlock::isPinned);
      assertThat(walked.subList(0, 2)).allMatch(block -> block.home().isKnown());
      assertThat(walked.subList(2, walked.size())).noneMatch(KeptBlock::isPinned);
      assertThat(walked.subList(2, 4))
          .extracting(KeptBlock::key)
          .containsExactlyInAnyOrder(TestBlocks.key(4), TestBlocks.key(7));
    }
  }

  @Test
  void what_goes_while_it_walks_is_passed_over_and_nothing_stays_held() throws IOException {
    try (SsdBlockStore store = open()) {
      for (int i = 0; i < 9; i++) {
        TestBlocks.put(store, TestBlocks.key(i), TestBlocks.SLOT_BYTES);
      }
      BlockWalk walk = store.walk();
      assertThat(walk.next()).isNotNull();
      for (int i = 0; i < 9; i++) {
        store.drop(TestBlocks.key(i), DropReason.ASKED);
      }
      assertThat(walk.next()).isNull();
      assertThat(store.statistics().activeLeases()).isZero();
    }
  }

  @Test
  void a_header_written_before_homes_were_is_right_and_says_that_it_knows_none() {
    BlockKey key = TestBlocks.key(1);
    ByteBuffer block = TestBlocks.bytes(key, SMALL);
    ByteBuffer header = ByteBuffer.allocateDirect(ScratchBuffers.BYTES);
    BlockHeader.encode(key, BlockHome.UNKNOWN, block, Encoding.PLAIN, SMALL, header);
    assertThat(header.getLong(40)).isZero();
    assertThat(header.getLong(48)).isZero();
    assertThat(BlockHeader.flaw(header, key, Place.small(0, 0, SMALL), TestBlocks.SLOT_BYTES))
        .isNull();
    assertThat(BlockHeader.home(header).isKnown()).isFalse();
    assertThat(Objects.requireNonNull(BlockHeader.key(header))).isEqualTo(key);
  }
}
