package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.BlockKey;
import io.blockring.node.store.BlockStore.DropReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories against a small reference: never wrong bytes, never over budget, nothing back
 * that was dropped, nothing lost that was committed. A miss is allowed otherwise. A failure names
 * its seed.
 */
class StoreModelTest {
  private static final int KEYS = 120;
  private static final int STEPS = 300;
  private static final int SLOTS = 6;

  private record Held(BlockKey key, BlockLease lease) {}

  @TempDir Path parent;

  private final Set<BlockKey> committed = new HashSet<>();
  private final List<Held> leases = new ArrayList<>();
  private RandomGenerator random = new SplittableRandom();
  private Path directory = Path.of("");
  private int crashes;

  @ParameterizedTest
  @ValueSource(longs = {1, 20261120, 0x5EED})
  void any_history_serves_only_right_bytes(long seed) throws IOException {
    random = new SplittableRandom(seed);
    directory = parent.resolve("store");
    SsdBlockStore store = open();
    try {
      for (int step = 0; step < STEPS; step++) {
        store = step(store);
      }
    } finally {
      closeLeases();
      store.close();
    }
  }

  private SsdBlockStore step(SsdBlockStore store) throws IOException {
    BlockKey key = anyKey();
    int dice = random.nextInt(100);
    if (dice < 45) {
      if (TestBlocks.put(store, key, length(key))) {
        committed.remove(key);
      }
    } else if (dice < 75) {
      readIfThere(store, key);
    } else if (dice < 82) {
      hold(store, key);
    } else if (dice < 87) {
      releaseOne();
    } else if (dice < 92) {
      store.drop(key, DropReason.ASKED);
      assertThat(store.contains(key)).isFalse();
    } else if (dice < 96) {
      store.flush();
      rememberCommitted(store);
    } else if (dice < 98) {
      return crash(store);
    } else {
      return restart(store);
    }
    assertThat(plainBytes(store)).isLessThan(store.statistics().budgetBytes());
    return store;
  }

  /** Of what is stored as it is; how much of the others is stored they alone know. */
  private static long plainBytes(SsdBlockStore store) {
    long bytes = 0;
    for (int i = 0; i < KEYS; i++) {
      BlockKey key = TestBlocks.anyKey(i);
      bytes += !TestBlocks.isPacked(key) && store.contains(key) ? length(key) : 0;
    }
    return bytes;
  }

  private SsdBlockStore restart(SsdBlockStore store) throws IOException {
    closeLeases();
    rememberCommitted(store);
    store.close();
    return checked(open());
  }

  /** What kill -9 leaves: the files as they are, whatever the process still had in mind. */
  private SsdBlockStore crash(SsdBlockStore store) throws IOException {
    committed.removeIf(key -> !store.contains(key));
    Path copy = parent.resolve("after-crash-" + ++crashes);
    Files.createDirectories(copy);
    try (var files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    closeLeases();
    store.close();
    directory = copy;
    return checked(open());
  }

  private SsdBlockStore checked(SsdBlockStore store) throws IOException {
    for (BlockKey key : committed) {
      assertThat(TestBlocks.read(store, key)).as("committed").isEqualTo(bytes(key));
    }
    for (int i = 0; i < KEYS; i++) {
      readIfThere(store, TestBlocks.anyKey(i));
    }
    assertThat(store.statistics().corruptBlocks()).as("blocks found wrong").isZero();
    rememberCommitted(store);
    return store;
  }

  private SsdBlockStore open() throws IOException {
    return SsdBlockStore.open(TestBlocks.settings(TestBlocks.disk(directory, SLOTS)));
  }

  private void rememberCommitted(SsdBlockStore store) {
    committed.clear();
    for (int i = 0; i < KEYS; i++) {
      if (store.contains(TestBlocks.anyKey(i))) {
        committed.add(TestBlocks.anyKey(i));
      }
    }
  }

  private void readIfThere(SsdBlockStore store, BlockKey key) {
    ByteBuffer read = TestBlocks.read(store, key);
    if (read != null) {
      assertThat(read).isEqualTo(bytes(key));
    }
  }

  private void hold(SsdBlockStore store, BlockKey key) {
    BlockLease lease = leases.size() < 3 ? store.lease(key) : null;
    if (lease != null) {
      leases.add(new Held(key, lease));
    }
  }

  private void releaseOne() throws IOException {
    if (!leases.isEmpty()) {
      release(leases.remove(random.nextInt(leases.size())));
    }
  }

  private void closeLeases() throws IOException {
    for (Held held : leases) {
      release(held);
    }
    leases.clear();
  }

  /** However long it was held, whatever happened meanwhile: a leased block keeps its bytes. */
  private static void release(Held held) throws IOException {
    try (BlockLease lease = held.lease) {
      ByteBuffer read = ByteBuffer.allocate(lease.length());
      lease.readVerified(0, read);
      assertThat(read.flip()).isEqualTo(bytes(held.key));
    }
  }

  private BlockKey anyKey() {
    return TestBlocks.anyKey(random.nextInt(KEYS));
  }

  private static ByteBuffer bytes(BlockKey key) {
    return TestBlocks.bytes(key, length(key));
  }

  /** Of a fifth of the keys large, of the others small, always the same for one key. */
  private static int length(BlockKey key) {
    int hash = (int) (Fingerprint.of(key) >>> 33);
    return hash % 5 == 0
        ? TestBlocks.SMALL_LIMIT + hash % (TestBlocks.SLOT_BYTES - TestBlocks.SMALL_LIMIT + 1)
        : 1 + hash % 100_000;
  }
}
