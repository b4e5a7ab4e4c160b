package io.blockring.client.peer;

import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Blocks;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;

/** Replies written out by hand, as docs/design/block-port.md tells them. */
final class WireReplies {
  static final int BLOCK_BYTES = 1 << 20;
  static final String TRACE = "trace-1";

  private WireReplies() {}

  static Version version(long size) {
    MountId mount = MountId.of("s3://bucket/prefix", "", BLOCK_BYTES, "etag");
    return new Version(
        new ObjectName(mount, "models/ä b.safetensors"),
        new Identity(Identity.Kind.ETAG, "\"abc\""),
        size,
        BLOCK_BYTES);
  }

  static byte[] content(int length) {
    byte[] bytes = new byte[length];
    new Random(42).nextBytes(bytes);
    return bytes;
  }

  static ReadScope scope(long millis) {
    return new ReadScope(TRACE, TrafficClass.READ, System.nanoTime() + millis * 1_000_000);
  }

  static byte[] resident(BlockRange range, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        head(range, "resident", 4L * Blocks.cells(range.length()) + range.length(), "ssd", ""));
    for (int at = range.offset(); at < end(range); at += Blocks.CELL_BYTES) {
      out.writeBytes(ints(crc(content, at, Math.min(at + Blocks.CELL_BYTES, end(range)))));
    }
    out.write(content, range.offset(), range.length());
    return out.toByteArray();
  }

  /** With the checksums of all cells of the block. */
  static byte[] residentWithTable(BlockRange range, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int cells = Blocks.cells(range.blockLength());
    out.writeBytes(head(range, "resident", 4L * cells + range.length(), "ssd", ""));
    for (int at = 0; at < range.blockLength(); at += Blocks.CELL_BYTES) {
      int cellEnd = Math.min(at + Blocks.CELL_BYTES, range.blockLength());
      out.writeBytes(ints(crc(content, at, cellEnd)));
    }
    out.write(content, range.offset(), range.length());
    return out.toByteArray();
  }

  /** Two empty frames in all, one of them before the last data frame. */
  static byte[] filling(BlockRange range, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int frames = (range.length() + 65_535) / 65_536;
    out.writeBytes(
        head(
            range,
            "filling",
            range.length() + 8L * (frames + 2),
            "origin",
            "x-blockring-heartbeats: 2\r\n"));
    for (int at = range.offset(); at < end(range); at += 65_536) {
      int frameEnd = Math.min(at + 65_536, end(range));
      if (frameEnd == end(range)) {
        out.writeBytes(ints(0, 0));
      }
      out.writeBytes(ints(frameEnd - at, crc(content, at, frameEnd)));
      out.write(content, at, frameEnd - at);
    }
    out.writeBytes(ints(0, 0));
    return out.toByteArray();
  }

  static byte[] refusal(BlockRange range, int status, String reason, String more) {
    return ascii(
        "HTTP/1.1 "
            + status
            + " No\r\ncontent-length: 4\r\nx-blockring-reason: "
            + reason
            + "\r\nx-blockring-block: "
            + range.key()
            + "\r\nx-blockring-trace: "
            + TRACE
            + "\r\n"
            + more
            + "\r\nwhy\n");
  }

  private static byte[] head(BlockRange range, String form, long length, String rung, String more) {
    return ascii(
        "HTTP/1.1 206 Partial Content\r\ncontent-length: "
            + length
            + "\r\ncontent-range: bytes "
            + range.offset()
            + "-"
            + (end(range) - 1)
            + "/"
            + range.blockLength()
            + "\r\nx-cache: "
            + rung
            + "\r\nx-blockring-form: "
            + form
            + "\r\nx-blockring-block: "
            + range.key()
            + "\r\nx-blockring-trace: "
            + TRACE
            + "\r\n"
            + more
            + "\r\n");
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] slice(byte[] bytes, int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  static byte[] ints(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4);
    for (int value : values) {
      bytes.putInt(value);
    }
    return bytes.array();
  }

  static int crc(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  private static int end(BlockRange range) {
    return range.offset() + range.length();
  }
}
