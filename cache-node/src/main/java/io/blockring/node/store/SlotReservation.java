package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Room on one disk, waiting for its block. */
final class SlotReservation implements Reservation {
  private final Disk disk;
  private final BlockKey key;
  private final long fingerprint;
  private final Place place;
  private final BlockWriter.@Nullable Region region;
  private final AtomicBoolean isSpent = new AtomicBoolean();

  SlotReservation(
      Disk disk, BlockKey key, long fingerprint, Place place, BlockWriter.@Nullable Region region) {
    this.disk = disk;
    this.key = key;
    this.fingerprint = fingerprint;
    this.place = place;
    this.region = region;
  }

  @Override
  public CompletableFuture<Boolean> commit(ByteBuffer block) {
    if (!block.isDirect() || block.remaining() != place.length()) {
      throw new IllegalArgumentException(
          "block %s: reserved %d bytes in a direct buffer, got %d in %s"
              .formatted(key, place.length(), block.remaining(), block));
    }
    if (!isSpent.compareAndSet(false, true)) {
      throw new IllegalStateException("block " + key + ": the reservation was used already");
    }
    CompletableFuture<Boolean> isKept = new CompletableFuture<>();
    if (!disk.threads().tryWrite(() -> write(block, isKept))) {
      disk.refuse(place);
      isKept.complete(false);
    }
    return isKept;
  }

  @Override
  public void close() {
    if (isSpent.compareAndSet(false, true)) {
      disk.abandon(place);
    }
  }

  private void write(ByteBuffer block, CompletableFuture<Boolean> isKept) {
    try {
      isKept.complete(disk.write(key, fingerprint, place, region, block));
    } catch (RuntimeException | Error e) {
      isKept.completeExceptionally(e);
      throw e;
    }
  }
}
