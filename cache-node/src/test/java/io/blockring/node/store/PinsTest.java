package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.BlockKey;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is pinned stays, whatever is read, until it is unpinned. */
class PinsTest {
  private static final int SLOT = TestBlocks.SLOT_BYTES;
  private static final int SLOTS = 14;
  private static final int SMALL = 20_000;

  /** An eighth, and one slot, are for what is not pinned. */
  private static final int PINNABLE = SLOTS - SLOTS / 8 - 1;

  @TempDir Path directory;

  private SsdBlockStore open() throws IOException {
    return SsdBlockStore.open(TestBlocks.settings(TestBlocks.disk(directory, SLOTS)));
  }

  private static KeepCounts keep(SsdBlockStore store, KeepAction action, BlockKey key) {
    return store.keep(action, key, TestBlocks.mount(key));
  }

  /** Large, small and compressed ones. */
  private static BlockKey pinned(int number) {
    return number % 3 == 2 ? TestBlocks.packedKey(number) : TestBlocks.key(number);
  }

  private static int length(int number) {
    return number % 3 == 0 ? SLOT : number % 3 == 1 ? SMALL : SLOT - 5;
  }

  private static void readMuchElse(SsdBlockStore store) {
    for (int i = 0; i < 3 * SLOTS; i++) {
      TestBlocks.put(store, TestBlocks.key(1000 + i), SLOT);
      TestBlocks.put(store, TestBlocks.key(2000 + i), SMALL);
      // Used often, and not twice in a row, which counts once.
      for (int use = 0; use < 16; use++) {
        TestBlocks.lease(store, TestBlocks.key(1000 + i)).close();
        TestBlocks.lease(store, TestBlocks.key(2000 + i)).close();
      }
    }
  }

  @Test
  void pinned_blocks_stay_whatever_is_read_also_over_a_restart_until_they_are_unpinned()
      throws IOException {
    int blocks = 15;
    try (SsdBlockStore store = open()) {
      for (int i = 0; i < blocks; i++) {
        assertThat(TestBlocks.put(store, pinned(i), length(i))).isTrue();
        assertThat(TestBlocks.put(store, TestBlocks.key(500 + i), SMALL)).isTrue();
      }
      store.flush();
      for (int i = 0; i < blocks; i++) {
        assertThat(keep(store, KeepAction.PIN, pinned(i))).isEqualTo(KeepCounts.ofDone(length(i)));
      }
      readMuchElse(store);
      assertAllThere(store, blocks);
      assertThat(TestBlocks.read(store, TestBlocks.key(500)))
          .as("a pinned one's neighbour")
          .isNull();
    }
    try (SsdBlockStore store = open()) {
      assertAllThere(store, blocks);
      long pinnedBytes = store.statistics().pinnedBytes();
      assertThat(pinnedBytes).isBetween(6L * SLOT, 9L * SLOT);
      readMuchElse(store);
      assertAllThere(store, blocks);
      assertThat(store.statistics().pinnedBytes()).isEqualTo(pinnedBytes);

      for (int i = 0; i < blocks; i++) {
        assertThat(keep(store, KeepAction.UNPIN, pinned(i)))
            .isEqualTo(KeepCounts.ofDone(length(i)));
      }
      assertThat(store.statistics().pinnedBytes()).isZero();
      assertAllThere(store, blocks);
      readMuchElse(store);
      // Those with a slot to themselves: a region's blocks were all used often.
      assertThat(store.contains(pinned(0))).isFalse();
      assertThat(store.contains(pinned(3))).isFalse();
      assertThat(store.statistics().corruptBlocks()).isZero();
    }
  }

  private static void assertAllThere(SsdBlockStore store, int blocks) {
    for (int i = 0; i < blocks; i++) {
      assertThat(TestBlocks.read(store, pinned(i)))
          .as("block %d", i)
          .isEqualTo(TestBlocks.bytes(pinned(i), length(i)));
    }
  }

  @Test
  void pin_that_does_not_fit_is_refused_with_the_arithmetic_and_the_block_stays_as_it_was()
      throws IOException {
    try (SsdBlockStore store = open()) {
      for (int i = 0; i < SLOTS; i++) {
        TestBlocks.put(store, TestBlocks.key(i), SLOT);
      }
      for (int i = 0; i < PINNABLE; i++) {
        assertThat(keep(store, KeepAction.PIN, TestBlocks.key(i)).done()).isEqualTo(1);
      }
      KeepCounts refused = keep(store, KeepAction.PIN, TestBlocks.key(PINNABLE));
      assertThat(refused.refused()).isEqualTo(1);
      assertThat(refused.reason())
          .contains(directory.toString(), PINNABLE + " of the " + PINNABLE + " slots");
      assertThat(store.contains(TestBlocks.key(PINNABLE))).isTrue();
      readMuchElse(store);
      assertThat(store.contains(TestBlocks.key(PINNABLE))).isFalse();
      assertThat(TestBlocks.read(store, TestBlocks.key(0))).isNotNull();
    }
  }

  @Test
  void all_pins_go_at_once_also_those_that_nobody_can_name() throws IOException {
    int blocks = 15;
    try (SsdBlockStore store = open()) {
      for (int i = 0; i < blocks; i++) {
        TestBlocks.put(store, pinned(i), length(i));
        keep(store, KeepAction.PIN, pinned(i));
      }
      store.flush();
      assertThat(store.statistics().pinnedBytes()).isPositive();
      KeepCounts unpinned = store.unpinAll();
      assertThat(unpinned.done()).isEqualTo(blocks);
      assertThat(store.statistics().pinnedBytes()).isZero();
      assertThat(store.unpinAll()).isEqualTo(KeepCounts.NONE);
    }
    try (SsdBlockStore store = open()) {
      assertThat(store.statistics().pinnedBytes()).isZero();
      assertAllThere(store, blocks);
      assertThat(keep(store, KeepAction.EVICT, pinned(1)).done()).isEqualTo(1);
    }
  }

  @Test
  void evicting_spares_what_is_pinned_and_says_so() throws IOException {
    try (SsdBlockStore store = open()) {
      TestBlocks.put(store, TestBlocks.key(1), SLOT);
      TestBlocks.put(store, TestBlocks.key(2), SLOT);
      keep(store, KeepAction.PIN, TestBlocks.key(1));
      assertThat(keep(store, KeepAction.EVICT, TestBlocks.key(1)).reason()).contains("pinned");
      assertThat(keep(store, KeepAction.EVICT, TestBlocks.key(2)).done()).isEqualTo(1);
      assertThat(keep(store, KeepAction.EVICT, TestBlocks.key(3)).absent()).isEqualTo(1);
      assertThat(keep(store, KeepAction.PIN, TestBlocks.key(3)).absent()).isEqualTo(1);
      assertThat(store.contains(TestBlocks.key(1))).isTrue();
      assertThat(store.contains(TestBlocks.key(2))).isFalse();
    }
  }
}
