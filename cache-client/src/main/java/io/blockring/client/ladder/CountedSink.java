package io.blockring.client.ladder;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Passes bytes on and knows how many, and from how deep, so that whoever goes on knows where. Used
 * by one thread.
 */
public final class CountedSink implements ByteSink {
  private final ByteSink reader;
  private long delivered;
  private Rung deepest = Rung.MEMORY;

  public CountedSink(ByteSink reader) {
    this.reader = reader;
  }

  @Override
  public ByteBuffer claim(int maxBytes) throws IOException {
    return reader.claim(maxBytes);
  }

  @Override
  public void commit(int bytes, Rung rung) throws IOException {
    reader.commit(bytes, rung);
    delivered += bytes;
    deepest = deepest.deeper(rung);
  }

  /** Bytes committed so far. */
  public long delivered() {
    return delivered;
  }

  /** The deepest rung any of them came from. */
  public Rung deepest() {
    return deepest;
  }
}
