package io.blockring.client.ladder;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes the bytes of one range, in order. A source claims room, puts bytes there (straight from a
 * socket where it can), proves them, and only then commits: what is not committed never happened.
 * One thread at a time.
 */
public interface ByteSink {

  /**
   * Room for the next bytes: a buffer whose {@code remaining()} is between 1 and {@code maxBytes}.
   * Belongs to the sink and may be written until the next call on it. Claiming twice without a
   * commit gives the same room again.
   */
  ByteBuffer claim(int maxBytes) throws IOException;

  /**
   * Delivers the first {@code bytes} of the room last claimed. They came from {@code rung}. May
   * block while the reader is slow.
   *
   * @throws IOException when the reader is gone; sources pass it on
   */
  void commit(int bytes, Rung rung) throws IOException;
}
