package io.blockring.client.origin.s3;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server that does exactly what a test's script says, byte by byte: each request takes the
 * next reply, the last one repeats.
 */
final class ScriptedBucket implements AutoCloseable {

  /** A request as it came. Header names are in lower case. */
  record Request(String method, String target, Map<String, String> headers) {
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  /** Writes an answer. Returning false drops the connection. */
  interface Reply {
    boolean write(Request request, OutputStream out) throws IOException;
  }

  private final ServerSocket server;
  private final Queue<Reply> script = new ConcurrentLinkedQueue<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Reply last = text(500, "no script");

  ScriptedBucket() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  ScriptedBucket then(Reply reply) {
    script.add(reply);
    last = reply;
    return this;
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  List<Request> requests() {
    return requests;
  }

  int connectionCount() {
    return connections.size();
  }

  /** Status line and headers, then exactly these bytes; the connection stays open. */
  static Reply answer(int status, Map<String, String> headers, byte[] body) {
    return (_, out) -> {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Scripted\r\n");
      headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
      out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      out.write(body);
      out.flush();
      return true;
    };
  }

  /** As {@link #answer}, then the connection ends. */
  static Reply answerAndDrop(int status, Map<String, String> headers, byte[] body) {
    return (request, out) -> {
      answer(status, headers, body).write(request, out);
      return false;
    };
  }

  /** An error as S3 words it. */
  static Reply error(int status, String code, Map<String, String> headers) {
    return (request, out) -> {
      byte[] xml =
          request.method().equals("HEAD")
              ? new byte[0]
              : """
              <?xml version="1.0" encoding="UTF-8"?>
              <Error><Code>%s</Code><Message>Told by a script.</Message></Error>"""
                  .formatted(code)
                  .getBytes(StandardCharsets.UTF_8);
      Map<String, String> all = new TreeMap<>(headers);
      all.put("Content-Length", String.valueOf(xml.length));
      all.put("Content-Type", "application/xml");
      return answer(status, all, xml).write(request, out);
    };
  }

  static Reply text(int status, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return answer(status, Map.of("Content-Length", String.valueOf(bytes.length)), bytes);
  }

  /** Says nothing until the server is closed. */
  Reply hang() {
    return (_, _) -> {
      awaitClose();
      return false;
    };
  }

  /** Says this much and then nothing until the server is closed. */
  Reply hangAfter(Reply beginning) {
    return (request, out) -> {
      beginning.write(request, out);
      awaitClose();
      return false;
    };
  }

  private void awaitClose() throws IOException {
    try {
      closed.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (Request request = read(in); request != null; request = read(in)) {
        requests.add(request);
        Reply reply = script.poll();
        if (!(reply == null ? last : reply).write(request, socket.getOutputStream())) {
          return;
        }
      }
    } catch (IOException e) {
      // the client is gone
    }
  }

  private static @Nullable Request read(InputStream in) throws IOException {
    String line = line(in);
    if (line.isEmpty()) {
      return null;
    }
    String[] parts = line.split(" ");
    Map<String, String> headers = new TreeMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      headers.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return new Request(parts[0], parts[1], headers);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    for (Socket socket : connections) {
      socket.close();
    }
  }
}
