package io.blockring.node.read;

import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.Rung;
import io.blockring.node.host.NicLine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;

/**
 * Passes on bytes that came over the network, and holds up who reads them off it while that is more
 * than the node may take: what is not read, the other side does not send. Used by one thread.
 */
final class NetworkSink implements ByteSink {
  private final ByteSink reader;
  private final NicLine line;

  private NetworkSink(ByteSink reader, NicLine line) {
    this.reader = reader;
    this.line = line;
  }

  /** The sink itself where nothing is limited. */
  static ByteSink of(ByteSink reader, NicLine line) {
    return line.isLimited() ? new NetworkSink(reader, line) : reader;
  }

  @Override
  public ByteBuffer claim(int maxBytes) throws IOException {
    return reader.claim(maxBytes);
  }

  @Override
  public void commit(int bytes, Rung rung) throws IOException {
    reader.commit(bytes, rung);
    try {
      line.pass(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the node's network was full");
    }
  }
}
