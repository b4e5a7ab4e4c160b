package io.blockring.node.read;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.manifest.KnownManifests;
import io.blockring.client.manifest.Manifest;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.node.store.BlockLease;
import io.blockring.node.store.BlockStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The node's own SSD as a rung. A disk that fails or lies makes a miss. */
public final class StoreSource implements BlockSource {
  private static final int STEP_BYTES = 256 * 1024;

  private static final Answer ABSENT = new Answer.Absent("not resident");

  private final BlockStore store;
  private final Function<BlockKey, Rung> rungToTell;
  private final @Nullable KnownManifests manifests;

  /** Without manifests: what the block's own header proves. */
  public StoreSource(BlockStore store) {
    this(store, key -> Rung.SSD, null);
  }

  /**
   * @param rungToTell what the reader of a block that is here is told, asked once for each read
   * @param manifests that readers of this node got: what they know is held against them as well
   */
  public StoreSource(
      BlockStore store, Function<BlockKey, Rung> rungToTell, @Nullable KnownManifests manifests) {
    this.store = store;
    this.rungToTell = rungToTell;
    this.manifests = manifests;
  }

  @Override
  public Answer read(BlockRange range, ByteSink sink, ReadScope scope) throws IOException {
    try (BlockLease lease = store.lease(range.key())) {
      return lease == null ? ABSENT : read(lease, range, sink);
    }
  }

  /**
   * Like {@link #read}, for who need not wait: of what lies in the page cache. What was written a
   * moment ago does; a disk that failed or was too slow a moment ago is not asked again.
   */
  public Answer readAtHand(BlockRange range, ByteSink sink, ReadScope scope) throws IOException {
    try (BlockLease lease = store.lease(range.key())) {
      return lease != null && lease.isInPageCache(range.offset(), range.length())
          ? read(lease, range, sink)
          : ABSENT;
    }
  }

  private Answer read(BlockLease lease, BlockRange range, ByteSink sink) throws IOException {
    if (lease.length() != range.blockLength()) {
      store.drop(range.key(), BlockStore.DropReason.CORRUPT);
      return new Answer.Failed(
          "resident with " + lease.length() + " bytes instead of " + range.blockLength());
    }
    return pour(lease, range, sink, rungToTell.apply(range.key()));
  }

  private boolean isAsManifestSays(BlockLease lease, BlockRange range) throws IOException {
    Manifest manifest =
        manifests == null ? null : manifests.of(range.version(), range.blockIndex());
    return manifest == null || lease.crc32c() == manifest.crc32c(range.blockIndex());
  }

  private Answer pour(BlockLease lease, BlockRange range, ByteSink sink, Rung rung)
      throws IOException {
    int at = range.offset();
    int end = at + range.length();
    while (at < end) {
      ByteBuffer room = sink.claim(Math.min(end - at, STEP_BYTES));
      int count = Math.min(room.remaining(), end - at);
      ByteBuffer place = room.slice(room.position(), count);
      try {
        lease.readVerified(at, place);
        // Not before: a header that must be read is read by the disk's threads, within a deadline.
        if (at == range.offset() && !isAsManifestSays(lease, range)) {
          store.drop(range.key(), BlockStore.DropReason.CORRUPT);
          return new Answer.Failed("resident with another checksum than the manifest's");
        }
      } catch (IOException e) {
        return new Answer.Failed("own SSD: " + e.getMessage());
      }
      sink.commit(count, rung);
      at += count;
    }
    return new Answer.Complete();
  }
}
