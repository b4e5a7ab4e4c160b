package io.blockring.node.blockport;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Speaks to the port byte by byte, as a test wants it. Gives up after 10 seconds of nothing. */
final class RawReader implements AutoCloseable {
  /** A reply; names of fields in lower case. */
  record Reply(int status, Map<String, String> fields, byte[] body) {
    String field(String name) {
      return fields.getOrDefault(name, "");
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  final Socket socket = new Socket();
  private final InputStream in;

  RawReader(int port) throws IOException {
    this(port, 0);
  }

  /**
   * @param receiveBytes small to be a reader that the kernel takes little for; 0 for the default
   */
  RawReader(int port, int receiveBytes) throws IOException {
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes);
    }
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    socket.setSoTimeout(10_000);
    in = socket.getInputStream();
  }

  static String request(String target, String... fields) {
    return "GET " + target + " HTTP/1.1\r\nhost: test\r\n" + lines(fields) + "\r\n";
  }

  private static String lines(String... fields) {
    return fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
  }

  RawReader send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  Reply get(String target, String... fields) throws IOException {
    return send(request(target, fields)).reply(false);
  }

  /** The next reply; signs of life are counted in its field {@code signs}. */
  Reply reply(boolean isHead) throws IOException {
    int signs = 0;
    while (true) {
      String status = line();
      Map<String, String> fields = new LinkedHashMap<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        fields.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      int code = Integer.parseInt(status.substring(9, 12));
      if (code != 102) {
        fields.put("signs", Integer.toString(signs));
        int length = isHead ? 0 : Integer.parseInt(fields.get("content-length"));
        return new Reply(code, fields, bytes(length));
      }
      signs++;
    }
  }

  byte[] bytes(int count) throws IOException {
    byte[] read = in.readNBytes(count);
    if (read.length < count) {
      throw new EOFException(read.length + " of " + count + " bytes");
    }
    return read;
  }

  boolean isAtEnd() throws IOException {
    return in.read() < 0;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("after '" + line.toString(StandardCharsets.ISO_8859_1) + "'");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.substring(0, text.length() - 1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
