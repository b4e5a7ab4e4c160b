package io.blockring.cachectl.admin;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/1.1 exchange on a connection of its own. Closing it closes the connection. A body that
 * ends early is an error, never a short read.
 */
public final class Response implements AutoCloseable {
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final int MAX_JSON_BYTES = 64 * 1024 * 1024;

  /** The node gives up first, so that its own words arrive. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Socket socket;
  private final InputStream in;
  private final int status;
  private final Map<String, String> headers;
  private final long length;
  private long position;

  private Response(Socket socket, InputStream in, int status, Map<String, String> headers)
      throws IOException {
    this.socket = socket;
    this.in = in;
    this.status = status;
    this.headers = headers;
    this.length = contentLength(headers);
  }

  /** Opens a connection; only after that has anything been sent. */
  static Socket connect(Address address, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      InetSocketAddress target = new InetSocketAddress(address.host(), address.port());
      if (target.isUnresolved()) {
        throw new IOException("no such host");
      }
      socket.connect(target, Math.toIntExact(timeout.toMillis()));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Sends the request and reads the head of the answer.
   *
   * @param timeout the longest silence; also what the node is told
   */
  static Response of(Socket socket, Address address, Login login, Request request, Duration timeout)
      throws IOException {
    socket.setSoTimeout(Math.toIntExact(timeout.plus(GRACE).toMillis()));
    byte[] body =
        request.body() == null ? new byte[0] : request.body().getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder();
    head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
    head.append("host: ").append(address.authority()).append("\r\n");
    head.append("connection: close\r\n");
    if (!login.token().isEmpty()) {
      head.append("authorization: Bearer ").append(login.token()).append("\r\n");
    }
    head.append("x-blockring-deadline-millis: ").append(timeout.toMillis()).append("\r\n");
    if (request.body() != null) {
      head.append("content-type: application/json\r\n");
      head.append("content-length: ").append(body.length).append("\r\n");
    }
    head.append("\r\n");
    byte[] message = new byte[head.length() + body.length];
    System.arraycopy(
        head.toString().getBytes(StandardCharsets.US_ASCII), 0, message, 0, head.length());
    System.arraycopy(body, 0, message, head.length(), body.length);
    socket.getOutputStream().write(message);
    InputStream in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    return readHead(socket, in);
  }

  private static Response readHead(Socket socket, InputStream in) throws IOException {
    int[] budget = {MAX_HEAD_BYTES};
    String statusLine = readLine(in, budget);
    if (!statusLine.matches("HTTP/1\\.[01] [1-5][0-9][0-9].*")) {
      // What a TLS port says to somebody who speaks plainly is an alert: 21, then its version, 3.
      throw new NotHttpException(
          statusLine.startsWith("\u0015\u0003")
              ? "speaks TLS: write https:// in its address"
              : "does not speak HTTP/1.1: it said '" + statusLine + "'");
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = readLine(in, budget); !line.isEmpty(); line = readLine(in, budget)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return new Response(socket, in, Integer.parseInt(statusLine.substring(9, 12)), headers);
  }

  private static String readLine(InputStream in, int[] budget) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        if (line.toString().startsWith("\u0015\u0003")) {
          return line.toString();
        }
        throw new EOFException("the connection closed before an answer");
      }
      if (--budget[0] < 0) {
        throw new NotHttpException("the head of the answer is longer than " + MAX_HEAD_BYTES);
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  private static long contentLength(Map<String, String> headers) throws IOException {
    String given = headers.getOrDefault("content-length", "");
    try {
      return Long.parseLong(given);
    } catch (NumberFormatException e) {
      throw new NotHttpException("the answer's content-length is '" + given + "'");
    }
  }

  public int status() {
    return status;
  }

  /** Empty when there is none. */
  public String header(String lowerCaseName) {
    return headers.getOrDefault(lowerCaseName, "");
  }

  /** Bytes of the body, as promised. */
  public long length() {
    return length;
  }

  /**
   * The next bytes of the body.
   *
   * @return how many, at least 1; -1 after the last of those that were promised
   */
  public int read(byte[] target) throws IOException {
    if (position == length) {
      return -1;
    }
    int count;
    try {
      count = in.read(target, 0, (int) Math.min(target.length, length - position));
    } catch (SocketTimeoutException e) {
      throw new IOException("no byte for " + socket.getSoTimeout() + " ms" + here(), e);
    } catch (IOException e) {
      throw new IOException(e.getMessage() + here(), e);
    }
    if (count < 0) {
      throw new EOFException("the connection closed" + here());
    }
    position += count;
    return count;
  }

  private String here() {
    return " after " + position + " of " + length + " bytes";
  }

  /** The whole body as text. */
  String text() throws IOException {
    if (length > MAX_JSON_BYTES) {
      throw new NotHttpException(
          "the answer has " + length + " bytes, the limit is " + MAX_JSON_BYTES);
    }
    byte[] body = new byte[(int) length];
    byte[] part = new byte[8192];
    for (int at = 0, count = read(part); count > 0; count = read(part)) {
      System.arraycopy(part, 0, body, at, count);
      at += count;
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Something answers, but not a node. */
  static final class NotHttpException extends IOException {
    private static final long serialVersionUID = 1L;

    NotHttpException(String message) {
      super(message);
    }
  }
}
