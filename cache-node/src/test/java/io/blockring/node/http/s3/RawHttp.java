package io.blockring.node.http.s3;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A client that hides nothing: one socket, bytes as they come. */
final class RawHttp implements AutoCloseable {
  final Socket socket;
  private final InputStream in;

  record Response(int status, Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  RawHttp(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(20_000);
    this.in = socket.getInputStream();
  }

  void send(String method, String target, String... headers) throws IOException {
    StringBuilder text =
        new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    socket.getOutputStream().write(text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
  }

  Response exchange(String method, String target, String... headers) throws IOException {
    send(method, target, headers);
    return receive(method.equals("HEAD"));
  }

  Response get(String target, String... headers) throws IOException {
    return exchange("GET", target, headers);
  }

  Response receive(boolean isHead) throws IOException {
    Response head = receiveHead();
    boolean hasBody = !isHead && head.status() != 304;
    int length = hasBody ? Integer.parseInt(head.header("Content-Length")) : 0;
    return new Response(head.status(), head.headers(), readFully(length));
  }

  /** Status and headers; the body stays in the socket. */
  Response receiveHead() throws IOException {
    int status = Integer.parseInt(line().split(" ")[1]);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return new Response(status, headers, new byte[0]);
  }

  byte[] readFully(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("clean end after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  int read() throws IOException {
    return in.read();
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("end of stream after '" + line + "'");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
