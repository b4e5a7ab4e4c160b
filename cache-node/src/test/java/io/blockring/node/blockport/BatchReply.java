package io.blockring.node.blockport;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Digest;
import io.blockring.client.namespace.MountId;
import io.blockring.client.peer.BatchWire;
import io.blockring.client.peer.BlockWire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Asks for batches and reads their replies byte by byte, without our own reader. */
final class BatchReply {
  /** A record as it came; its checksum was right. */
  record Item(
      int number, int kind, Rung rung, BlockKey block, int offset, byte[] proof, byte[] data) {

    /** All of it is right, to the last checksum. */
    void expect(BlockRange range, Rung from) {
      assertThat(kind).as("%s", this).isEqualTo(1);
      assertThat(block).isEqualTo(range.key());
      assertThat(offset).isEqualTo(range.offset());
      assertThat(rung).isEqualTo(from);
      byte[] content = FakeBlocks.content(range.version(), range.blockIndex());
      int end = range.offset() + range.length();
      assertThat(data).isEqualTo(Arrays.copyOfRange(content, range.offset(), end));
      ByteBuffer checksums = ByteBuffer.wrap(proof);
      for (int at = 0; at < data.length; at += 4096) {
        assertThat(checksums.getInt()).isEqualTo(crc(data, at, Math.min(4096, data.length - at)));
      }
      assertThat(checksums.hasRemaining()).isFalse();
    }

    String trouble() {
      assertThat(kind).as("%s", this).isEqualTo(2);
      return new String(proof, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return "item "
          + number
          + " of kind "
          + kind
          + ": "
          + new String(proof, StandardCharsets.UTF_8);
    }
  }

  private BatchReply() {}

  static String request(List<BlockRange> ranges, String... fields) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (BlockRange range : ranges) {
      ByteBuffer item = ByteBuffer.allocate(BatchWire.itemBytes(range));
      BatchWire.putItem(item, range);
      body.writeBytes(item.array());
    }
    return request(FakeBlocks.MOUNT, ranges.size(), body.toByteArray(), fields);
  }

  static String request(MountId mount, int items, byte[] body, String... fields) {
    return "POST /v1/batches/"
        + mount
        + " HTTP/1.1\r\nhost: test\r\ncontent-length: "
        + body.length
        + "\r\nx-blockring-items: "
        + items
        + "\r\n"
        + String.join("", Arrays.stream(fields).map(field -> field + "\r\n").toList())
        + "\r\n"
        + new String(body, StandardCharsets.ISO_8859_1);
  }

  /** The head of a reply that takes the batch. */
  static RawReader.Reply head(RawReader reader) throws IOException {
    RawReader.Reply head = reader.reply(true);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.field("transfer-encoding")).isEqualTo("chunked");
    assertThat(head.field(BlockWire.FORM)).isEqualTo("batch");
    assertThat(head.fields()).doesNotContainKey("content-length");
    return head;
  }

  /** Head, records and end. */
  static List<Item> read(RawReader reader) throws IOException {
    head(reader);
    return rest(reader);
  }

  /** The records that still come, but for signs of life. */
  static List<Item> rest(RawReader reader) throws IOException {
    List<Item> items = new ArrayList<>();
    for (Item item = next(reader); item != null; item = next(reader)) {
      if (item.kind() != 3) {
        items.add(item);
      }
    }
    return items;
  }

  /** The next record, where one must come. */
  static Item nextItem(RawReader reader) throws IOException {
    return Objects.requireNonNull(next(reader), "the reply ends here");
  }

  /** The next record, null at the end. */
  private static @Nullable Item next(RawReader reader) throws IOException {
    String line = new String(reader.bytes(10), StandardCharsets.US_ASCII);
    assertThat(line).matches("[0-9a-f]{8}\r\n");
    byte[] chunk = reader.bytes(Integer.parseInt(line.substring(0, 8), 16));
    assertThat(reader.bytes(2)).isEqualTo(new byte[] {'\r', '\n'});
    if (chunk.length == 0) {
      return null;
    }
    ByteBuffer head = ByteBuffer.wrap(chunk);
    int number = Short.toUnsignedInt(head.getShort());
    int kind = head.get();
    Rung rung = Rung.values()[head.get()];
    int index = head.getInt();
    BlockKey block = new BlockKey(new Digest(head.getLong(), head.getLong()), index);
    int offset = head.getInt();
    byte[] data = new byte[head.getInt()];
    byte[] proof = new byte[head.getInt()];
    int crc = head.getInt();
    head.get(proof).get(data);
    assertThat(head.hasRemaining()).isFalse();
    byte[] covered = Arrays.copyOf(chunk, 36 + proof.length);
    System.arraycopy(proof, 0, covered, 36, proof.length);
    assertThat(crc).isEqualTo(crc(covered, 0, covered.length));
    return new Item(number, kind, rung, block, offset, proof, data);
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
