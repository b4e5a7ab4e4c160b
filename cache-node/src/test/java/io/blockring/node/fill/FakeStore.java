package io.blockring.node.fill;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.MountId;
import io.blockring.node.store.BlockLease;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.BlockWalk;
import io.blockring.node.store.KeepAction;
import io.blockring.node.store.KeepCounts;
import io.blockring.node.store.Reservation;
import io.blockring.node.store.StoreStatistics;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A store in memory; can be told to refuse, to keep nothing, or to take its time. */
public final class FakeStore implements BlockStore {
  private final Map<BlockKey, byte[]> blocks = new ConcurrentHashMap<>();
  public final AtomicInteger openReservations = new AtomicInteger();
  public volatile boolean isRefusing;

  /** Its blocks have left the page cache. */
  public volatile boolean isCold;

  /** Commits become visible when this completes. */
  public volatile CompletableFuture<Boolean> disk = CompletableFuture.completedFuture(true);

  @Override
  public @Nullable BlockLease lease(BlockKey key) {
    byte[] block = blocks.get(key);
    return block == null ? null : new FakeLease(block, !isCold);
  }

  @Override
  public boolean contains(BlockKey key) {
    return blocks.containsKey(key);
  }

  @Override
  public @Nullable Reservation reserve(
      BlockKey key, MountId mount, long placementHash, int length) {
    if (isRefusing) {
      return null;
    }
    openReservations.incrementAndGet();
    return new Reservation() {
      private boolean isClosed;

      @Override
      public CompletableFuture<Boolean> commit(ByteBuffer block) {
        return disk.thenApply(
            isKept -> {
              if (isKept) {
                byte[] copy = new byte[block.remaining()];
                block.get(block.position(), copy);
                blocks.put(key, copy);
              }
              return isKept;
            });
      }

      @Override
      public synchronized void close() {
        if (!isClosed) {
          isClosed = true;
          openReservations.decrementAndGet();
        }
      }
    };
  }

  @Override
  public void drop(BlockKey key, DropReason reason) {
    blocks.remove(key);
  }

  @Override
  public KeepCounts keep(KeepAction action, BlockKey key, MountId mount) {
    throw new UnsupportedOperationException("not needed here");
  }

  @Override
  public KeepCounts unpinAll() {
    throw new UnsupportedOperationException("not needed here");
  }

  @Override
  public BlockWalk walk() {
    throw new UnsupportedOperationException("not needed here");
  }

  @Override
  public StoreStatistics statistics() {
    return new StoreStatistics(
        blocks.size(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
  }

  @Override
  public void close() {}

  private record FakeLease(byte[] block, boolean isInPageCache) implements BlockLease {
    @Override
    public int length() {
      return block.length;
    }

    @Override
    public boolean isPlain() {
      return false;
    }

    @Override
    public FileChannel channel() {
      throw new UnsupportedOperationException("no file");
    }

    @Override
    public long position() {
      return 0;
    }

    @Override
    public boolean isInPageCache(int offset, int length) {
      return isInPageCache;
    }

    @Override
    public CompletableFuture<Void> load(int offset, int length) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public int crc32c() {
      throw new UnsupportedOperationException("not needed here");
    }

    @Override
    public void checksums(int firstCell, int cells, ByteBuffer target) {
      throw new UnsupportedOperationException("not needed here");
    }

    @Override
    public void readVerified(int offset, ByteBuffer target) {
      target.put(block, offset, target.remaining());
    }

    @Override
    public boolean readAtOnce(int offset, ByteBuffer target, boolean isProved) {
      readVerified(offset, target);
      return true;
    }

    @Override
    public void close() {}
  }
}
