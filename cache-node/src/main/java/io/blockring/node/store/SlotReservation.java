package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import io.blockring.node.store.MountKeeping.Compression;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Room on one disk, waiting for its block; or, of a mount whose blocks are compressed, the word
 * that room will be looked for once it is known how much is needed.
 */
final class SlotReservation implements Reservation {
  private final Disk disk;
  private final BlockKey key;
  private final BlockHome home;
  private final long fingerprint;
  private final int length;
  private final Compression compression;
  private final int share;
  private final Disk.@Nullable Room room;

  /** Where the block is now, that is written anew. */
  private final @Nullable Place former;

  private final AtomicBoolean isSpent = new AtomicBoolean();

  SlotReservation(
      Disk disk,
      BlockKey key,
      BlockHome home,
      long fingerprint,
      int length,
      Compression compression,
      int share,
      Disk.@Nullable Room room,
      @Nullable Place former) {
    this.disk = disk;
    this.key = key;
    this.home = home;
    this.fingerprint = fingerprint;
    this.length = length;
    this.compression = compression;
    this.share = share;
    this.room = room;
    this.former = former;
  }

  @Override
  public CompletableFuture<Boolean> commit(ByteBuffer block) {
    if (!block.isDirect() || block.remaining() != length) {
      throw new IllegalArgumentException(
          "block %s: reserved %d bytes in a direct buffer, got %d in %s"
              .formatted(key, length, block.remaining(), block));
    }
    if (!isSpent.compareAndSet(false, true)) {
      throw new IllegalStateException("block " + key + ": the reservation was used already");
    }
    CompletableFuture<Boolean> isKept = new CompletableFuture<>();
    if (!disk.threads().tryWrite(() -> write(block, isKept), () -> refuse(isKept))) {
      refuse(isKept);
    }
    return isKept;
  }

  private void refuse(CompletableFuture<Boolean> isKept) {
    disk.refuse(room);
    isKept.complete(false);
  }

  @Override
  public void close() {
    if (isSpent.compareAndSet(false, true) && room != null) {
      disk.abandon(room.place());
    }
  }

  private void write(ByteBuffer block, CompletableFuture<Boolean> isKept) {
    try {
      isKept.complete(room == null ? packAndWrite(block) : write(room, block, block));
    } catch (RuntimeException | Error e) {
      isKept.completeExceptionally(e);
      throw e;
    }
  }

  private boolean packAndWrite(ByteBuffer block) {
    ByteBuffer packed = disk.packer().pack(block, compression);
    Disk.Room taken = disk.take(share, length, packed);
    return taken != null && write(taken, block, packed == null ? block : packed);
  }

  private boolean write(Disk.Room taken, ByteBuffer block, ByteBuffer stored) {
    return disk.write(key, home, fingerprint, taken, former, block, stored);
  }
}
