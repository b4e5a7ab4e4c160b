package io.blockring.client.object;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An object of one small block, and the place that its bytes go to. Used by one thread at a time.
 */
final class SmallObject implements ByteSink {
  private final BlockRange range;
  private final ByteBuffer bytes;

  SmallObject(Version version, ByteBuffer bytes) {
    this.range = BlockRange.whole(version, 0);
    this.bytes = bytes;
  }

  /** All of it. */
  BlockRange range() {
    return range;
  }

  boolean isThere() {
    return !bytes.hasRemaining();
  }

  /** Begins again. */
  void clear() {
    bytes.clear();
  }

  @Override
  public ByteBuffer claim(int maxBytes) {
    return bytes.slice(bytes.position(), Math.min(maxBytes, bytes.remaining()));
  }

  @Override
  public void commit(int count, Rung rung) {
    bytes.position(bytes.position() + count);
  }

  /** Its bytes, once they are there, for somebody else to have. */
  Answer copyTo(BlockRange wanted, ByteSink sink, ReadScope scope) throws IOException {
    int end = wanted.offset() + wanted.length();
    for (int at = wanted.offset(); at < end; ) {
      ByteBuffer room = sink.claim(end - at);
      int step = Math.min(room.remaining(), end - at);
      room.put(room.position(), bytes, at, step);
      sink.commit(step, Rung.PEER);
      at += step;
    }
    return new Answer.Complete();
  }

  /** Takes bytes that nobody wants. */
  static final class Discarded implements ByteSink {
    private final ByteBuffer room = ByteBuffer.allocate(4096);

    @Override
    public ByteBuffer claim(int maxBytes) {
      return room.clear().limit(Math.min(maxBytes, room.capacity()));
    }

    @Override
    public void commit(int count, Rung rung) {}
  }

  /** Below a memory that is asked for what it has, and nobody else. */
  static final BlockSource NOBODY =
      (range, sink, scope) -> new Answer.Absent("only memory was asked");
}
