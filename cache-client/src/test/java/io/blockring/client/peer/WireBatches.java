package io.blockring.client.peer;

import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Blocks;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Replies to batches written out by hand, as docs/design/block-port.md tells them. */
final class WireBatches {
  private static final MountId MOUNT =
      MountId.of("s3://bucket/prefix", "", WireReplies.BLOCK_BYTES, "etag");

  private WireBatches() {}

  static Version version(String key, int size) {
    return new Version(
        new ObjectName(MOUNT, key),
        new Identity(Identity.Kind.ETAG, "\"" + key + "\""),
        size,
        WireReplies.BLOCK_BYTES);
  }

  static byte[] content(Version version) {
    byte[] bytes = new byte[(int) version.size()];
    new Random(version.digest().low()).nextBytes(bytes);
    return bytes;
  }

  static byte[] head(int items) {
    return WireReplies.ascii(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nx-blockring-form: batch\r\n"
            + "x-blockring-items: "
            + items
            + "\r\nx-blockring-trace: "
            + WireReplies.TRACE
            + "\r\n\r\n");
  }

  /** Head, these records, the end. */
  static byte[] reply(int items, List<byte[]> records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head(items));
    records.forEach(out::writeBytes);
    out.writeBytes(WireReplies.ascii("00000000\r\n\r\n"));
    return out.toByteArray();
  }

  /** An item's bytes, right in every way. */
  static byte[] bytes(int item, BlockRange range) {
    return bytes(item, range, content(range.version()));
  }

  /**
   * @param content of the whole block; its checksums are those sent
   */
  static byte[] bytes(int item, BlockRange range, byte[] content) {
    ByteArrayOutputStream checksums = new ByteArrayOutputStream();
    int end = range.offset() + range.length();
    for (int at = range.offset(); at < end; at += Blocks.CELL_BYTES) {
      checksums.writeBytes(
          WireReplies.ints(WireReplies.crc(content, at, Math.min(at + Blocks.CELL_BYTES, end))));
    }
    return record(
        item,
        1,
        range,
        checksums.toByteArray(),
        WireReplies.slice(content, range.offset(), range.length()));
  }

  static byte[] trouble(int item, @Nullable BlockRange range, String text) {
    return record(item, 2, range, WireReplies.ascii(text), new byte[0]);
  }

  static byte[] sign() {
    return record(0xffff, 3, null, new byte[0], new byte[0]);
  }

  /** A record that says it has less than nothing behind its head, in a chunk that agrees. */
  static byte[] tooShort(int item, int kind, int proofBytes) {
    ByteBuffer out = ByteBuffer.allocate(10 + 40);
    out.put(WireReplies.ascii("%08x\r\n".formatted(40 + proofBytes)));
    out.putShort((short) item).put((byte) kind).position(10 + 32).putInt(proofBytes);
    return out.array();
  }

  static byte[] record(int item, int kind, @Nullable BlockRange range, byte[] proof, byte[] data) {
    ByteBuffer head = ByteBuffer.allocate(40);
    head.putShort((short) item).put((byte) kind).put((byte) Rung.SSD.ordinal());
    if (range == null) {
      head.position(head.position() + 24);
    } else {
      head.putInt(range.blockIndex());
      head.putLong(range.version().digest().high()).putLong(range.version().digest().low());
      head.putInt(range.offset());
    }
    head.putInt(data.length).putInt(proof.length);
    CRC32C crc = new CRC32C();
    crc.update(head.array(), 0, 36);
    crc.update(proof);
    head.putInt((int) crc.getValue());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(WireReplies.ascii("%08x\r\n".formatted(40 + proof.length + data.length)));
    out.writeBytes(head.array());
    out.writeBytes(proof);
    out.writeBytes(data);
    out.writeBytes(WireReplies.ascii("\r\n"));
    return out.toByteArray();
  }
}
