package io.blockring.client.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What is sent is what is on the wire. */
final class PlainChannel implements PeerChannel {
  private final SocketChannel channel;
  private final ByteBuffer[] targetAndOverflow = new ByteBuffer[2];

  PlainChannel(SocketChannel channel) {
    this.channel = channel;
  }

  @Override
  public long read(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  @Override
  public long read(ByteBuffer target, ByteBuffer overflow) throws IOException {
    targetAndOverflow[0] = target;
    targetAndOverflow[1] = overflow;
    return channel.read(targetAndOverflow);
  }

  @Override
  public void write(ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
