package io.blockring.node.read;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.node.store.BlockLease;
import io.blockring.node.store.BlockStore;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The node's own SSD as a rung. A disk that fails or lies makes a miss. */
public final class StoreSource implements BlockSource {
  private static final int STEP_BYTES = 256 * 1024;
  private static final Answer ABSENT = new Answer.Absent("not resident");

  private final BlockStore store;

  public StoreSource(BlockStore store) {
    this.store = store;
  }

  @Override
  public Answer read(BlockRange range, ByteSink sink, ReadScope scope) throws IOException {
    try (BlockLease lease = store.lease(range.key())) {
      if (lease == null) {
        return ABSENT;
      }
      if (lease.length() != range.blockLength()) {
        store.drop(range.key(), BlockStore.DropReason.CORRUPT);
        return new Answer.Failed(
            "resident with " + lease.length() + " bytes instead of " + range.blockLength());
      }
      return pour(lease, range, sink);
    }
  }

  private static Answer pour(BlockLease lease, BlockRange range, ByteSink sink) throws IOException {
    int at = range.offset();
    int end = at + range.length();
    while (at < end) {
      ByteBuffer room = sink.claim(Math.min(end - at, STEP_BYTES));
      int count = Math.min(room.remaining(), end - at);
      ByteBuffer place = room.slice(room.position(), count);
      try {
        lease.readVerified(at, place);
      } catch (IOException e) {
        return new Answer.Failed("own SSD: " + e.getMessage());
      }
      sink.commit(count, Rung.SSD);
      at += count;
    }
    return new Answer.Complete();
  }
}
