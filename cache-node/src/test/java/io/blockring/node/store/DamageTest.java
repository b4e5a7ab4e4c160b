package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.BlockKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happens to any file, at rest or while it is open: 0 wrong bytes, and a store that
 * starts.
 */
class DamageTest {
  private static final int KEYS = 40;
  private static final int ROUNDS = 40;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {7, 42})
  void damage_anywhere_is_a_miss(long seed) throws IOException {
    RandomGenerator random = new SplittableRandom(seed);
    long misses = 0;
    SsdBlockStore store = open();
    for (int round = 0; round < ROUNDS; round++) {
      fill(store);
      if (random.nextBoolean()) {
        store.close();
        damage(anyFile(random), random);
        store = open();
      } else {
        damage(directory.resolve("segment-000000"), random);
      }
      misses += countMisses(store);
    }
    store.close();
    assertThat(misses).as("the damage was felt").isPositive();
  }

  @Test
  void one_flipped_bit_in_a_cell_is_found_and_the_block_dropped() throws IOException {
    BlockKey key = TestBlocks.key(0);
    try (SsdBlockStore store = open()) {
      TestBlocks.put(store, key, TestBlocks.SLOT_BYTES);
      long position;
      try (BlockLease lease = TestBlocks.lease(store, key)) {
        position = lease.position() + 1_234_567;
      }
      flip(directory.resolve("segment-000000"), position);

      assertThat(TestBlocks.read(store, key)).isNull();
      assertThat(store.contains(key)).isFalse();
      assertThat(store.statistics().corruptBlocks()).isEqualTo(1);
    }
  }

  @Test
  void two_swapped_slots_are_two_misses() throws IOException {
    BlockKey one = TestBlocks.key(0);
    BlockKey two = TestBlocks.key(1);
    try (SsdBlockStore store = open()) {
      TestBlocks.put(store, one, TestBlocks.SLOT_BYTES);
      TestBlocks.put(store, two, TestBlocks.SLOT_BYTES);
      Path segment = directory.resolve("segment-000000");
      int headerBytes = SlotFiles.headerBytes(TestBlocks.SLOT_BYTES);
      swap(segment, 0, headerBytes, headerBytes);
      swap(segment, position(store, one), position(store, two), TestBlocks.SLOT_BYTES);

      assertThat(TestBlocks.read(store, one)).isNull();
      assertThat(TestBlocks.read(store, two)).isNull();
    }
  }

  @Test
  void damaged_index_page_costs_its_own_blocks_only() throws IOException {
    int first = 200;
    try (SsdBlockStore store = open()) {
      for (int i = 0; i < first; i++) {
        TestBlocks.put(store, TestBlocks.key(i), 1000);
      }
      store.flush();
      TestBlocks.put(store, TestBlocks.key(first), 1000);
    }
    flip(directory.resolve(DiskFormat.INDEX), 100);
    // One record of the page says how much was written.
    int lost = IndexPage.RECORDS - 1;
    try (SsdBlockStore store = open()) {
      assertThat(store.statistics().blocks()).isEqualTo(first + 1 - lost);
      assertThat(TestBlocks.read(store, TestBlocks.key(first))).isNotNull();
    }
    try (SsdBlockStore store = open()) {
      assertThat(store.statistics().blocks()).isEqualTo(first + 1 - lost);
    }
  }

  @Test
  void other_format_or_slot_size_starts_empty_and_leaves_other_files_alone() throws IOException {
    Path mine = Files.writeString(directory.resolve("notes.txt"), "mine");
    try (SsdBlockStore store = open()) {
      TestBlocks.put(store, TestBlocks.key(1), 1000);
    }
    Path format = directory.resolve("format");
    Files.writeString(format, Files.readString(format).replace("format 1", "format 9"));
    try (SsdBlockStore store = open()) {
      assertThat(store.statistics().blocks()).isZero();
      assertThat(TestBlocks.put(store, TestBlocks.key(1), 1000)).isTrue();
    }
    try (SsdBlockStore store = open()) {
      assertThat(store.contains(TestBlocks.key(1))).isTrue();
    }
    assertThat(mine).hasContent("mine");
  }

  private SsdBlockStore open() throws IOException {
    return SsdBlockStore.open(TestBlocks.settings(TestBlocks.disk(directory, 8)));
  }

  private static int length(int key) {
    return key % 8 == 0 || key % 8 == 3 ? TestBlocks.SLOT_BYTES - key : 1 + key * 5000;
  }

  private static void fill(SsdBlockStore store) {
    for (int i = 0; i < KEYS; i++) {
      if (!store.contains(TestBlocks.anyKey(i))) {
        TestBlocks.put(store, TestBlocks.anyKey(i), length(i));
      }
    }
    store.flush();
  }

  private static int countMisses(SsdBlockStore store) {
    int misses = 0;
    for (int i = 0; i < KEYS; i++) {
      ByteBuffer read = TestBlocks.read(store, TestBlocks.anyKey(i));
      if (read == null) {
        misses++;
      } else {
        assertThat(read).isEqualTo(TestBlocks.bytes(TestBlocks.anyKey(i), length(i)));
      }
    }
    return misses;
  }

  private static long position(SsdBlockStore store, BlockKey key) {
    try (BlockLease lease = TestBlocks.lease(store, key)) {
      return lease.position();
    }
  }

  private Path anyFile(RandomGenerator random) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.sorted().toList();
      return all.get(random.nextInt(all.size()));
    }
  }

  private static void damage(Path file, RandomGenerator random) throws IOException {
    long size = Files.size(file);
    if (size == 0) {
      return;
    }
    long at = random.nextLong(size);
    switch (random.nextInt(4)) {
      case 0 -> flip(file, at);
      case 1 -> write(file, at, new byte[(int) Math.min(size - at, 1 + random.nextInt(100_000))]);
      case 2 -> swap(file, at / 2, size / 2, (int) Math.min(size / 4, 64 * 1024));
      default -> truncate(file, at);
    }
  }

  private static void flip(Path file, long at) throws IOException {
    byte[] one = read(file, at, 1);
    one[0] ^= 0x10;
    write(file, at, one);
  }

  private static void swap(Path file, long one, long two, int length) throws IOException {
    byte[] first = read(file, one, length);
    byte[] second = read(file, two, length);
    write(file, one, second);
    write(file, two, first);
  }

  private static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  private static byte[] read(Path file, long at, int length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {}
      return bytes.array();
    }
  }

  private static void write(Path file, long at, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer source = ByteBuffer.wrap(bytes);
      while (source.hasRemaining()) {
        channel.write(source, at + source.position());
      }
    }
  }
}
