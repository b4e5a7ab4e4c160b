package io.blockring.client.peer;

import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes a reader wants, on their way into its sink. Positions are offsets in the block.
 * Remembers what has been committed, so that a second attempt goes on there.
 */
final class Delivery {
  private final BlockRange wanted;
  private final ByteSink sink;
  private final PeerCounters counters;
  private int delivered;

  Delivery(BlockRange wanted, ByteSink sink, PeerCounters counters) {
    this.wanted = wanted;
    this.sink = sink;
    this.counters = counters;
  }

  /** What is still missing, rounded to whole cells; not to be called when nothing is. */
  BlockRange missingCells() {
    return wanted.after(delivered).wholeCells();
  }

  boolean hasBegun() {
    return delivered > 0;
  }

  boolean isComplete() {
    return delivered == wanted.length();
  }

  /** The first byte that is still missing. */
  int next() {
    return wanted.offset() + delivered;
  }

  /** Behind the last wanted byte. */
  int end() {
    return wanted.offset() + wanted.length();
  }

  /** Room for bytes from {@link #next}. */
  ByteBuffer claim(int maxBytes) throws IOException {
    return sink.claim(maxBytes);
  }

  /** The first bytes of the claimed room are right. */
  void commit(int bytes, Rung rung) throws IOException {
    sink.commit(bytes, rung);
    delivered += bytes;
    counters.bytes.add(bytes);
  }

  /**
   * Copies what is wanted of verified bytes.
   *
   * @param verified bytes from {@code position} of the block up to its limit
   */
  void copy(ByteBuffer verified, int position, Rung rung) throws IOException {
    int from = next() - position;
    int to = Math.min(verified.limit(), end() - position);
    while (from < to) {
      ByteBuffer room = sink.claim(to - from);
      int part = Math.min(room.remaining(), to - from);
      room.put(room.position(), verified, from, part);
      commit(part, rung);
      from += part;
    }
  }
}
