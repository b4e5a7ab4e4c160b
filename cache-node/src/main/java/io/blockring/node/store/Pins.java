package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import io.blockring.node.store.MountKeeping.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Moves a disk's blocks to the share of what is pinned, and back. A block with a slot to itself
 * only changes hands; one in a region, beside others, is written anew in a region of the other
 * share, so that nothing is pinned with it.
 */
final class Pins {
  private static final int SLOTS_AT_ONCE = 64;

  private final Disk disk;
  private final BlockTable table;
  private final Tenants tenants;

  Pins(Disk disk, BlockTable table, Tenants tenants) {
    this.disk = disk;
    this.table = table;
    this.tenants = tenants;
  }

  KeepCounts pin(BlockKey key, long fingerprint) {
    return move(key, fingerprint, Tenants.PINNED);
  }

  /**
   * @param share that the block goes back to
   */
  KeepCounts unpin(BlockKey key, long fingerprint, int share) {
    return isPinned(fingerprint) ? move(key, fingerprint, share) : leftAlone(fingerprint);
  }

  /** Everything, a few slots at a time. */
  KeepCounts unpinAll() {
    KeepCounts sum = KeepCounts.NONE;
    int slots = disk.locked(table::highWater);
    for (int slot = 0; slot < slots; slot += SLOTS_AT_ONCE) {
      int from = slot;
      sum = sum.plus(disk.locked(() -> table.unpin(from, SLOTS_AT_ONCE)));
    }
    return sum;
  }

  KeepCounts evict(long fingerprint) {
    Place place = find(fingerprint);
    if (place != null && isPinned(fingerprint)) {
      return KeepCounts.ofRefused("it is pinned: unpin it first");
    }
    disk.drop(fingerprint, BlockStore.DropReason.ASKED);
    return place == null ? KeepCounts.ofAbsent() : KeepCounts.ofDone(place.length());
  }

  private KeepCounts move(BlockKey key, long fingerprint, int share) {
    Place place = find(fingerprint);
    if (place == null) {
      return KeepCounts.ofAbsent();
    }
    if (disk.locked(() -> table.shareOf(place)) == share) {
      return KeepCounts.ofDone(place.length());
    }
    boolean isMoved =
        place.isSmall()
            ? isWrittenAnew(key, fingerprint, place, share)
            : disk.locked(() -> table.handOver(fingerprint, place, share));
    if (isMoved) {
      return KeepCounts.ofDone(place.length());
    }
    return find(fingerprint) == null ? KeepCounts.ofAbsent() : KeepCounts.ofRefused(whyNot(share));
  }

  private boolean isWrittenAnew(BlockKey key, long fingerprint, Place place, int share) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(place.length());
    BlockHome home;
    try (StoredBlock lease = disk.lease(key, fingerprint)) {
      if (lease == null || lease.length() != place.length()) {
        return false;
      }
      lease.readVerified(0, bytes);
      home = BlockHeader.home(lease.header());
    } catch (IOException e) {
      return false;
    }
    Compression compression = place.encoding() == Encoding.LZ4 ? Compression.LZ4 : Compression.NONE;
    try (SlotReservation room =
        new SlotReservation(
            disk, key, home, fingerprint, place.length(), compression, share, null, place)) {
      return room.commit(bytes.flip())
          .get(disk.settings().readDeadline().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  private String whyNot(int share) {
    int held = disk.locked(() -> table.slotsOf(share));
    int most = tenants.shares().get(share).ceiling();
    return held >= most
        ? "%s: %d of the %d slots of %d bytes that may be pinned are; the others are for what is not"
            .formatted(disk, held, most, disk.settings().slotBytes())
        : disk + ": no room could be taken, or the disk failed";
  }

  private KeepCounts leftAlone(long fingerprint) {
    Place place = find(fingerprint);
    return place == null ? KeepCounts.ofAbsent() : KeepCounts.ofDone(place.length());
  }

  private boolean isPinned(long fingerprint) {
    return disk.locked(
        () -> {
          Place place = table.find(fingerprint);
          return place != null && table.shareOf(place) == Tenants.PINNED;
        });
  }

  private @Nullable Place find(long fingerprint) {
    return disk.locked(() -> Optional.ofNullable(table.find(fingerprint))).orElse(null);
  }
}
