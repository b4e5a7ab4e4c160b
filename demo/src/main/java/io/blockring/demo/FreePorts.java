package io.blockring.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for processes that are about to start. Below the range from which the kernel takes the near
 * ends of connections (32768 and up), so that none slips in between the choice and its use; a node
 * that restarts finds its port free again for the same reason.
 */
public final class FreePorts {
  private static final int FIRST = 15_000;
  private static final int LAST = 31_999;
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(FIRST, LAST));

  private FreePorts() {}

  /** A port nobody listens on, never the same twice within one round of the range. */
  public static int next() throws IOException {
    for (int tries = 0; tries <= LAST - FIRST; tries++) {
      int port = NEXT.getAndUpdate(last -> last == LAST ? FIRST : last + 1);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IOException("every port from " + FIRST + " to " + LAST + " is in use");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
