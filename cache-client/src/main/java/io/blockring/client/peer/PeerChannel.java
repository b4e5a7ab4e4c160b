package io.blockring.client.peer;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of one connection, plain or encrypted. Used by one thread, closed by any. */
interface PeerChannel extends AutoCloseable {

  /** At least one byte, or -1 at the end. */
  long read(ByteBuffer target) throws IOException;

  /** The same, and what comes right behind it if that costs nothing. */
  long read(ByteBuffer target, ByteBuffer overflow) throws IOException;

  /** Sends all of it. */
  void write(ByteBuffer source) throws IOException;

  boolean isOpen();

  /** At once, whoever waits in it. */
  @Override
  void close() throws IOException;
}
