package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.Digest;
import io.blockring.client.namespace.MountId;
import io.blockring.node.store.StoreSettings.Budget;
import io.blockring.node.store.StoreSettings.DiskSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  static final MountId MOUNT = MountId.of("test", "", SLOT_BYTES, "etag");

  /** Its blocks are compressed where that pays. */
  static final MountId PACKING_MOUNT = MountId.of("packing", "", SLOT_BYTES, "etag");

  static final Map<MountId, MountKeeping> MOUNTS =
      Map.of(PACKING_MOUNT, MountKeeping.DEFAULT.withCompression(MountKeeping.Compression.LZ4));

  private static final int FIRST_PACKED_INDEX = 100;

  /** How often each word of a block that compresses is there: it shrinks to a third or less. */
  private static final int REPEATED = 8;

  private TestBlocks() {}

  static BlockKey key(int number) {
    return new BlockKey(Digest.of("test", Integer.toString(number / 3)), number % 3);
  }

  /** Of a block whose bytes compress, in a mount that compresses. */
  static BlockKey packedKey(int number) {
    return new BlockKey(key(number).version(), FIRST_PACKED_INDEX + number % 3);
  }

  /** Every second one compresses. */
  static BlockKey anyKey(int number) {
    return number % 2 == 0 ? key(number) : packedKey(number);
  }

  static boolean isPacked(BlockKey key) {
    return key.index() >= FIRST_PACKED_INDEX;
  }

  static MountId mount(BlockKey key) {
    return isPacked(key) ? PACKING_MOUNT : MOUNT;
  }

  static long placementHash(BlockKey key) {
    return Fingerprint.mix(Fingerprint.of(key));
  }

  static ByteBuffer bytes(BlockKey key, int length) {
    ByteBuffer bytes = ByteBuffer.allocateDirect((length + 7) / 8 * 8);
    long seed = Fingerprint.of(key);
    int repeated = isPacked(key) ? REPEATED : 1;
    for (int i = 0; bytes.hasRemaining(); i++) {
      bytes.putLong(Fingerprint.mix(seed + i / repeated));
    }
    return bytes.flip().limit(length);
  }

  static boolean put(BlockStore store, BlockKey key, int length) {
    return put(store, key, bytes(key, length));
  }

  static boolean put(BlockStore store, BlockKey key, ByteBuffer bytes) {
    Reservation reservation = store.reserve(key, mount(key), placementHash(key), bytes.remaining());
    return reservation != null && commit(reservation, bytes);
  }

  static boolean commit(Reservation reservation, ByteBuffer block) {
    try (reservation) {
      return reservation.commit(block).get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static Reservation reserve(BlockStore store, BlockKey key, int length) {
    return Objects.requireNonNull(
        store.reserve(key, mount(key), placementHash(key), length), "not admitted");
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
        Duration.ofDays(1000),
        0,
        1,
        MOUNTS);
  }

  static List<BlockKey> keys(int count) {
    List<BlockKey> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(key(i));
    }
    return keys;
  }
}
