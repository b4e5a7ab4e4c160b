package io.blockring.benchmarks.hitpath;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Connections that ask for a whole block each and then take one byte a second. One that the server
 * gives up is replaced by another, which asks again. One thread for all of them.
 */
final class SlowReaders implements AutoCloseable {
  private static final int RECEIVE_BUFFER_BYTES = 4096;

  private final int port;
  private final List<ByteBuffer> requests = new ArrayList<>();
  private final List<SocketChannel> channels = new ArrayList<>();
  private final Thread thread = Thread.ofPlatform().unstarted(this::takeUntilOver);
  private volatile boolean isOver;
  private volatile int givenUp;

  private SlowReaders(int port) {
    this.port = port;
  }

  /** Returns when all are connected and have asked. */
  static SlowReaders start(int port, int count, HttpReader.Request request, Ranges blocks)
      throws IOException {
    SlowReaders readers = new SlowReaders(port);
    for (int i = 0; i < blocks.count(); i++) {
      String text = request.of(blocks.offset(i), blocks.bytes);
      readers.requests.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }
    for (int i = 0; i < count; i++) {
      readers.channels.add(readers.open(i));
    }
    readers.thread.start();
    return readers;
  }

  private SocketChannel open(int number) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    ByteBuffer request = requests.get(number % requests.size()).duplicate();
    while (request.hasRemaining()) {
      channel.write(request);
    }
    channel.configureBlocking(false);
    return channel;
  }

  private void takeUntilOver() {
    ByteBuffer one = ByteBuffer.allocateDirect(1);
    while (!isOver) {
      long start = System.nanoTime();
      for (int i = 0; i < channels.size() && !isOver; i++) {
        take(i, one.clear());
      }
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) - (System.nanoTime() - start));
    }
  }

  private void take(int number, ByteBuffer one) {
    try {
      if (channels.get(number).read(one) >= 0) {
        return;
      }
      channels.get(number).close();
    } catch (IOException e) {
      // Reset by the server: that is its right.
    }
    givenUp++;
    try {
      channels.set(number, open(number));
    } catch (IOException e) {
      // Not let in either: tried again in a second.
    }
  }

  /** How often the server has ended one. */
  int givenUp() {
    return givenUp;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    isOver = true;
    thread.join();
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }
}
