package io.blockring.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/**
 * Forwards connections to a server and turns over bits of what it sends, heads and bodies alike, as
 * a broken network card does behind a checksum that happens to be right.
 */
final class BitFlipper implements AutoCloseable {
  private static final int STEP_BYTES = 64 * 1024;
  private static final int BACKLOG = 256;

  private final InetSocketAddress server;
  private final int everyBytes;
  private final RandomGenerator choices;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final LongAdder flips = new LongAdder();

  private BitFlipper(
      InetSocketAddress server, int everyBytes, RandomGenerator choices, ServerSocket listener) {
    this.server = server;
    this.everyBytes = everyBytes;
    this.choices = choices;
    this.listener = listener;
  }

  /**
   * Listens on a free port of loopback.
   *
   * @param everyBytes one bit in so many bytes, on average
   */
  static BitFlipper before(InetSocketAddress server, int everyBytes, RandomGenerator choices)
      throws IOException {
    BitFlipper flipper =
        new BitFlipper(
            server,
            everyBytes,
            choices,
            new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().name("flipper-accept").start(flipper::accept);
    return flipper;
  }

  /** {@code HOST:PORT}. */
  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Bits turned over so far. */
  long flips() {
    return flips.sum();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        Thread.ofVirtual().name("flipper-", 0).start(() -> serve(client));
      } catch (IOException e) {
        System.getLogger("bit-flipper").log(System.Logger.Level.DEBUG, "closed", e);
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket upstream = new Socket(server.getAddress(), server.getPort())) {
      open.add(upstream);
      Thread.ofVirtual().name("flipper-up-", 0).start(() -> copy(client, upstream, false));
      copy(upstream, client, true);
      open.remove(upstream);
    } catch (IOException e) {
      System.getLogger("bit-flipper").log(System.Logger.Level.DEBUG, "connection ended", e);
    } finally {
      open.remove(client);
    }
  }

  private void copy(Socket from, Socket to, boolean isFlipping) {
    byte[] step = new byte[STEP_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(step); count >= 0; count = in.read(step)) {
        if (isFlipping) {
          flip(step, count);
        }
        out.write(step, 0, count);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      System.getLogger("bit-flipper").log(System.Logger.Level.DEBUG, "stream ended", e);
    }
  }

  private void flip(byte[] bytes, int count) {
    synchronized (choices) {
      if (choices.nextInt(everyBytes) < count) {
        bytes[choices.nextInt(count)] ^= (byte) (1 << choices.nextInt(8));
        flips.increment();
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
