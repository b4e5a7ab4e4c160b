package io.blockring.benchmarks.disks;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.Digest;
import io.blockring.client.namespace.MountId;
import io.blockring.node.store.BlockLease;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.Reservation;
import io.blockring.node.store.SsdBlockStore;
import io.blockring.node.store.StoreSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Numbered blocks that prove themselves, large and small, in a store on one disk. */
final class Blocks {
  static final int MAX_BYTES = 1_200_000;

  private static final int SMALL_BYTES = 50_000;
  private static final MountId MOUNT = MountId.of("bench://disks", "", 4 << 20, "etag");

  /** What a block of a store turned out to be. */
  enum Found {
    RIGHT,
    /** Not there, or dropped when it was read. */
    MISSING,
    WRONG
  }

  private Blocks() {}

  static SsdBlockStore open(Path directory, long budgetBytes) throws IOException {
    return SsdBlockStore.open(
        StoreSettings.of(
            List.of(
                new StoreSettings.DiskSettings(
                    directory, new StoreSettings.Budget.Bytes(budgetBytes), 0))));
  }

  /** Every fourth is large. */
  static int length(int number) {
    return number % 4 == 0 ? MAX_BYTES : SMALL_BYTES;
  }

  static boolean put(BlockStore store, int number, int length, ByteBuffer scratch) {
    try (Reservation reservation = store.reserve(key(number), MOUNT, 0, length)) {
      if (reservation == null) {
        return false;
      }
      Words.fill(scratch.clear().limit(length), number, 0);
      return reservation.commit(scratch.flip().limit(length)).join();
    }
  }

  static Found read(BlockStore store, int number, ByteBuffer scratch) {
    try (BlockLease lease = store.lease(key(number))) {
      if (lease == null) {
        return Found.MISSING;
      }
      lease.readVerified(0, scratch.clear().limit(lease.length()));
      boolean isRight =
          lease.length() == length(number) && Words.areRight(scratch.flip(), number, 0);
      return isRight ? Found.RIGHT : Found.WRONG;
    } catch (IOException e) {
      return Found.MISSING;
    }
  }

  private static BlockKey key(int number) {
    return new BlockKey(Digest.of("disks", Integer.toString(number)), 0);
  }
}
