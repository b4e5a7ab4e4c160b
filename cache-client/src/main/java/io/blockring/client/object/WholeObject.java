package io.blockring.client.object;

import io.blockring.client.Outcome;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BatchedRead;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An object that is to be read whole, the place that its bytes go to, and what became of it. Used
 * by one thread at a time.
 */
final class WholeObject implements ByteSink {
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private final Version version;
  private final ByteBuffer bytes;
  private @Nullable ReadException why;

  WholeObject(Version version) {
    boolean fits = version.size() <= MOST_BYTES;
    this.version = version;
    this.bytes = ByteBuffer.allocate(fits ? (int) version.size() : 0);
    this.why =
        fits ? null : unavailable("is too large for one buffer, at most " + MOST_BYTES + " bytes");
  }

  Version version() {
    return version;
  }

  /** Whether it may be asked for together with others. */
  boolean isSmall() {
    return version.blockCount() == 1 && BatchedRead.fits(range());
  }

  /** All of it, of one that has one block. */
  BlockRange range() {
    return BlockRange.whole(version, 0);
  }

  boolean isThere() {
    return why == null && !bytes.hasRemaining();
  }

  /** Whether nothing is left to do. */
  boolean isSettled() {
    return why != null || isThere();
  }

  /** It is not to be had. */
  void refuse(ReadException refusal) {
    why = refusal;
  }

  /** The place for all of its bytes, from the first one on. */
  ByteBuffer begin() {
    return bytes.clear();
  }

  /** Asked for once, at the end. The buffer is then the caller's. */
  Outcome<ByteBuffer> outcome() {
    if (isThere()) {
      return new Outcome.Got<>(bytes.flip());
    }
    // What is missing is never taken for there, whatever became of the thread that read it.
    ReadException refusal = why;
    return new Outcome.Refused<>(refusal != null ? refusal : unavailable("was not read"));
  }

  private ReadException unavailable(String what) {
    return new ReadException(ReadException.Kind.UNAVAILABLE, version + " " + what);
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
