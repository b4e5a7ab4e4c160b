package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.Digest;
import io.blockring.node.store.StoreSettings.Budget;
import io.blockring.node.store.StoreSettings.DiskSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Blocks whose every eight bytes say which block they are of and where in it they belong. */
final class TestBlocks {
  /** The smallest slot there is. */
  static final int SLOT_BYTES = 2 << 20;

  static final int SMALL_LIMIT = SLOT_BYTES / 4;

  private TestBlocks() {}

  static BlockKey key(int number) {
    return new BlockKey(Digest.of("test", Integer.toString(number / 3)), number % 3);
  }

  static ByteBuffer bytes(BlockKey key, int length) {
    ByteBuffer bytes = ByteBuffer.allocateDirect((length + 7) / 8 * 8);
    long seed = Fingerprint.of(key);
    for (int i = 0; bytes.hasRemaining(); i++) {
      bytes.putLong(Fingerprint.mix(seed + i));
    }
    return bytes.flip().limit(length);
  }

  static boolean put(BlockStore store, BlockKey key, int length) {
    Reservation reservation = store.reserve(key, length);
    return reservation != null && commit(reservation, bytes(key, length));
  }

  static boolean commit(Reservation reservation, ByteBuffer block) {
    try (reservation) {
      return reservation.commit(block).get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static Reservation reserve(BlockStore store, BlockKey key, int length) {
    return Objects.requireNonNull(store.reserve(key, length), "not admitted");
  }

  static BlockLease lease(BlockStore store, BlockKey key) {
    return Objects.requireNonNull(store.lease(key), "not there");
  }

  /** All bytes of a block; null when it is not there, or was and is damaged. */
  static @Nullable ByteBuffer read(BlockStore store, BlockKey key) {
    try (BlockLease lease = store.lease(key)) {
      if (lease == null) {
        return null;
      }
      ByteBuffer read = ByteBuffer.allocateDirect(lease.length());
      lease.readVerified(0, read);
      return read.flip();
    } catch (IOException e) {
      return null;
    }
  }

  static DiskSettings disk(Path path, int slots) {
    long bytes = (1 << 20) + slots * (SLOT_BYTES + 4096L);
    return new DiskSettings(path, new Budget.Bytes(bytes), 0);
  }

  /** Flushes only when asked to. */
  static StoreSettings settings(DiskSettings... disks) {
    return new StoreSettings(
        List.of(disks),
        SLOT_BYTES,
        2,
        2,
        64,
        1 << 20,
        Duration.ofHours(1),
        1L << 40,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofDays(1000));
  }

  static List<BlockKey> keys(int count) {
    List<BlockKey> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(key(i));
    }
    return keys;
  }
}
