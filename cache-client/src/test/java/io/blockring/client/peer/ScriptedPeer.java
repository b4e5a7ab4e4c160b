package io.blockring.client.peer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A peer on loopback that does exactly what a test says, once per request. */
final class ScriptedPeer implements AutoCloseable {
  /** Answers one request; the connection is closed when it returns false. */
  interface Script {
    boolean answer(int request, Socket socket) throws IOException;
  }

  private static final Pattern CONTENT_LENGTH = Pattern.compile("\ncontent-length: (\\d+)");

  private final ServerSocket listener;
  private final List<Socket> accepted = new CopyOnWriteArrayList<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<byte[]> bodies = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger served = new AtomicInteger();

  ScriptedPeer(Script script) throws IOException {
    listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> accept(script));
  }

  /** One that sends these bytes to every request and closes. */
  static ScriptedPeer sending(byte[] reply) throws IOException {
    return new ScriptedPeer(
        (request, socket) -> {
          socket.getOutputStream().write(reply);
          return false;
        });
  }

  PeerAddress address() {
    return new PeerAddress("127.0.0.1", listener.getLocalPort());
  }

  private void accept(Script script) {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        accepted.add(socket);
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(script, socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Script script, Socket socket) {
    try (socket) {
      String request = readHead(socket.getInputStream());
      while (request != null) {
        bodies.add(readBody(socket.getInputStream(), request));
        requests.add(request);
        if (!script.answer(served.getAndIncrement(), socket)) {
          return;
        }
        request = readHead(socket.getInputStream());
      }
    } catch (IOException e) {
      // The client has gone: the test looks at what it made of that.
    } finally {
      accepted.remove(socket);
    }
  }

  /** What a head announces behind it. */
  private static byte[] readBody(InputStream in, String head) throws IOException {
    Matcher length = CONTENT_LENGTH.matcher(head);
    return in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
  }

  private static @Nullable String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      head.write(b);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : accepted) {
      socket.close();
    }
  }
}
