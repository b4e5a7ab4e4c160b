package io.blockring.cachectl;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Accepts connections, reads a request's head, says these bytes, closes. */
final class RawNode implements AutoCloseable {
  private final ServerSocket listening;
  private final String answer;

  final AtomicInteger requests = new AtomicInteger();

  RawNode(String answer) throws IOException {
    this.answer = answer;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  private void serve() {
    while (!listening.isClosed()) {
      try (Socket socket = listening.accept()) {
        String head = "";
        for (int next = socket.getInputStream().read();
            next >= 0 && !head.endsWith("\r\n\r\n");
            next = head.endsWith("\r\n\r\n") ? next : socket.getInputStream().read()) {
          head += (char) next;
        }
        requests.incrementAndGet();
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // The client hung up, or the test has ended.
      }
    }
  }

  String address() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
