package io.blockring.benchmarks.hitpath;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The load generator's own reader: HTTP/1.1, one range a request, the same code for every server.
 * Checks status and length, and no bytes: what is measured is the server.
 */
final class HttpReader implements RangeReader {
  private static final int HEAD_ROOM = 4096;

  /** Where the digits of the status start in a reply's first line. */
  private static final int STATUS = "HTTP/1.1 ".length();

  /** The text of a request, blank line included. */
  @FunctionalInterface
  interface Request {
    String of(long offset, int bytes);
  }

  /** Opens readers; the requests are made once for each length. */
  static final class Source implements RangeReader.Source {
    private final Wire.Dial dial;
    private final Request request;
    private final int checksumBytesPerCell;
    private Ranges made = new Ranges(1 << 20, 1 << 20);
    private List<ByteBuffer> requests = List.of();

    /**
     * @param checksumBytesPerCell that stand before the bytes, for each 4 KiB
     */
    Source(Wire.Dial dial, Request request, int checksumBytesPerCell) {
      this.dial = dial;
      this.request = request;
      this.checksumBytesPerCell = checksumBytesPerCell;
    }

    @Override
    public synchronized RangeReader open(Ranges ranges) throws IOException {
      if (made != ranges) {
        requests = requests(ranges);
        made = ranges;
      }
      return new HttpReader(
          dial.connect(), requests, ranges.bytes, checksumBytesPerCell * (ranges.bytes / 4096));
    }

    private List<ByteBuffer> requests(Ranges ranges) {
      List<ByteBuffer> all = new ArrayList<>();
      for (int i = 0; i < ranges.count(); i++) {
        byte[] text =
            request.of(ranges.offset(i), ranges.bytes).getBytes(StandardCharsets.US_ASCII);
        all.add(ByteBuffer.allocateDirect(text.length).put(text).flip());
      }
      return all;
    }
  }

  private final Wire wire;
  private final List<ByteBuffer> requests;
  private final int bytes;
  private final int bytesBefore;
  private final ByteBuffer buffer;

  /** Where the body starts; 0 while the head has not come. */
  private int bodyAt;

  private HttpReader(Wire wire, List<ByteBuffer> requests, int bytes, int bytesBefore) {
    this.wire = wire;
    this.requests = requests;
    this.bytes = bytes;
    this.bytesBefore = bytesBefore;
    this.buffer = ByteBuffer.allocateDirect(HEAD_ROOM + bytesBefore + bytes);
  }

  @Override
  public void read(int number) throws IOException {
    begin(number);
    while (!advance()) {}
  }

  /** Asks for a range. */
  void begin(int number) throws IOException {
    wire.write(requests.get(number).duplicate());
    buffer.clear();
    bodyAt = 0;
  }

  /** Reads once from the connection; returns whether the range is whole now. */
  boolean advance() throws IOException {
    wire.read(buffer);
    if (bodyAt == 0) {
      findBody();
    }
    return bodyAt > 0 && !buffer.hasRemaining();
  }

  private void findBody() throws IOException {
    int end = headEnd();
    while (end >= 0 && buffer.get(STATUS) == '1') {
      // A sign of life: the reply itself follows.
      buffer.limit(buffer.position()).position(end).compact();
      end = headEnd();
    }
    if (end >= 0) {
      requireRange(end);
      bodyAt = end + bytesBefore;
      buffer.limit(bodyAt + bytes);
    }
  }

  /** For one thread that drives many; null when this connection can only be waited for. */
  @Nullable SocketChannel channel() {
    return wire instanceof Wire.Plain(SocketChannel channel) ? channel : null;
  }

  /** Behind the blank line, or -1. */
  private int headEnd() {
    int known = Math.min(buffer.position(), HEAD_ROOM);
    for (int i = 3; i < known; i++) {
      if (buffer.get(i) == '\n' && buffer.get(i - 2) == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private void requireRange(int end) throws IOException {
    boolean isPartial =
        buffer.get(STATUS) == '2' && buffer.get(STATUS + 1) == '0' && buffer.get(STATUS + 2) == '6';
    if (!isPartial || contentLength(end) != bytesBefore + bytes) {
      byte[] head = new byte[end];
      buffer.get(0, head);
      throw new IOException(
          "not a range of " + bytes + " bytes: " + new String(head, StandardCharsets.US_ASCII));
    }
  }

  private long contentLength(int end) {
    String name = "content-length: ";
    for (int line = 0; line < end - name.length(); line++) {
      if (buffer.get(line) == '\n' && isName(line + 1, name)) {
        long value = 0;
        for (int i = line + 1 + name.length(); buffer.get(i) != '\r'; i++) {
          value = 10 * value + buffer.get(i) - '0';
        }
        return value;
      }
    }
    return -1;
  }

  private boolean isName(int at, String name) {
    for (int i = 0; i < name.length(); i++) {
      byte b = buffer.get(at + i);
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public ByteBuffer bytes() {
    return buffer.slice(bodyAt, bytes);
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }

  /** Of a file by its path, as nginx and S3 have it. */
  static Source file(Wire.Dial dial, String path) {
    return new Source(
        dial,
        (offset, bytes) ->
            "GET " + path + " HTTP/1.1\r\nhost: 127.0.0.1\r\n" + range(offset, bytes) + "\r\n",
        0);
  }

  static String range(long offset, int bytes) {
    return String.format(Locale.ROOT, "range: bytes=%d-%d\r\n", offset, offset + bytes - 1);
  }
}
