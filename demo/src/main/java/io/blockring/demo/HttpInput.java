package io.blockring.demo;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 messages off a socket, heads whole and bodies piece by piece. One thread. */
final class HttpInput {
  private static final int HEAD_LIMIT_BYTES = 64 * 1024;

  /** Takes a piece of a body; the array is reused after the call. */
  interface Piece {
    void take(byte[] bytes, int offset, int length) throws IOException;
  }

  private final InputStream in;
  private final byte[] buffer = new byte[64 * 1024];
  private int next;
  private int end;

  HttpInput(InputStream in) {
    this.in = in;
  }

  /** The next message's head, or null when the other side closed between messages. */
  @Nullable HttpHead head() throws IOException {
    String start = line(true);
    if (start == null) {
      return null;
    }
    List<String> headers = new ArrayList<>();
    int bytes = start.length();
    for (String line = required(); !line.isEmpty(); line = required()) {
      headers.add(line);
      bytes += line.length();
      if (bytes > HEAD_LIMIT_BYTES) {
        throw new IOException("HTTP head is over " + HEAD_LIMIT_BYTES + " bytes: " + start);
      }
    }
    return new HttpHead(start, headers);
  }

  /** Exactly this many bytes. */
  void body(long length, Piece piece) throws IOException {
    long left = length;
    while (left > 0) {
      if (!fill()) {
        throw new EOFException("body ended " + left + " bytes before its length of " + length);
      }
      int taken = (int) Math.min(left, end - next);
      piece.take(buffer, next, taken);
      next += taken;
      left -= taken;
    }
  }

  /** Everything until the other side closes. */
  void bodyUntilClose(Piece piece) throws IOException {
    while (fill()) {
      piece.take(buffer, next, end - next);
      next = end;
    }
  }

  /** A chunked body: its framing goes to {@code frames} as it came, its content to the piece. */
  void chunkedBody(OutputStream frames, Piece piece) throws IOException {
    while (true) {
      String size = required();
      frames.write((size + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      long length = Long.parseLong(size.split(";", 2)[0].trim(), 16);
      if (length == 0) {
        break;
      }
      body(length, piece);
      required();
      frames.write('\r');
      frames.write('\n');
    }
    for (String trailer = required(); !trailer.isEmpty(); trailer = required()) {
      frames.write((trailer + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }
    frames.write('\r');
    frames.write('\n');
  }

  private String required() throws IOException {
    String line = line(false);
    if (line == null) {
      throw new EOFException("connection closed within an HTTP head");
    }
    return line;
  }

  private @Nullable String line(boolean mayBeAbsent) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      if (!fill()) {
        if (mayBeAbsent && line.isEmpty()) {
          return null;
        }
        throw new EOFException("connection closed within the line '" + line + "'");
      }
      char read = (char) (buffer[next++] & 0xff);
      if (read == '\n') {
        return line.toString();
      }
      if (read != '\r') {
        line.append(read);
      }
      if (line.length() > HEAD_LIMIT_BYTES) {
        throw new IOException("a line of an HTTP head is over " + HEAD_LIMIT_BYTES + " bytes");
      }
    }
  }

  private boolean fill() throws IOException {
    if (next < end) {
      return true;
    }
    next = 0;
    end = Math.max(0, in.read(buffer));
    return end > 0;
  }
}
