package io.blockring.node.blockport;

import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Blocks;
import io.blockring.client.namespace.Digest;
import io.blockring.client.peer.BatchWire;
import io.blockring.client.peer.BatchWire.RecordKind;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.Trouble;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes the head and the records of a batch's reply. Used on one event loop. */
final class BatchRecords {
  private static final HexFormat HEX = HexFormat.of();

  private final CRC32C crc = new CRC32C();

  /** How many bytes a record with the bytes of a range takes, chunk and all. */
  static int bytes(BlockRange range) {
    return BatchWire.CHUNK_HEAD_BYTES
        + BatchWire.RECORD_HEAD_BYTES
        + proofBytes(range)
        + range.length()
        + BatchWire.CHUNK_END.length;
  }

  /** How many bytes a record with a trouble takes at most. */
  static int mostTroubleBytes() {
    return BatchWire.CHUNK_HEAD_BYTES
        + BatchWire.RECORD_HEAD_BYTES
        + BlockWire.MAX_REASON_BYTES
        + BatchWire.CHUNK_END.length;
  }

  static int proofBytes(BlockRange range) {
    return Integer.BYTES * Blocks.cells(range.length());
  }

  static void head(ByteBuf out, BatchRequest request, String ring, boolean isLast) {
    HeadText head = new HeadText();
    head.add("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n" + BlockWire.FORM + ": ");
    head.add(BatchWire.BATCH + "\r\n" + BatchWire.ITEMS + ": ").add(request.items());
    head.add("\r\n" + BlockWire.TRACE + ": ").add(request.scope().traceId());
    if (!ring.isEmpty()) {
      head.add("\r\n" + BlockWire.RING + ": ").add(ring);
    }
    head.add(isLast ? "\r\nconnection: close\r\n\r\n" : "\r\n\r\n").moveTo(out);
  }

  /**
   * Begins the record of a range: all but its bytes, and its end, for which there is room.
   *
   * @param proof the checksums of the range's cells
   */
  void beginBytes(ByteBuf out, int item, BlockRange range, Rung rung, ByteBuffer proof) {
    record(out, RecordKind.BYTES, item, rung.ordinal(), range, range.length(), proof);
  }

  /**
   * @param range null when it is not known what the item asked for
   */
  void trouble(ByteBuf out, int item, @Nullable BlockRange range, Trouble trouble) {
    ByteBuffer payload = ByteBuffer.wrap(trouble.toFrame(BlockWire.MAX_REASON_BYTES));
    record(out, RecordKind.TROUBLE, item, 0, range, 0, payload);
    end(out);
  }

  void sign(ByteBuf out) {
    record(out, RecordKind.SIGN, BatchWire.NO_ITEM, 0, null, 0, ByteBuffer.allocate(0));
    end(out);
  }

  static void end(ByteBuf out) {
    out.writeBytes(BatchWire.CHUNK_END);
  }

  private void record(
      ByteBuf out,
      RecordKind kind,
      int item,
      int rung,
      @Nullable BlockRange range,
      int bytes,
      ByteBuffer proof) {
    Digest version = range == null ? new Digest(0, 0) : range.version().digest();
    ByteBuffer head = ByteBuffer.allocate(BatchWire.RECORD_HEAD_BYTES);
    head.putShort((short) item).put((byte) kind.number()).put((byte) rung);
    head.putInt(range == null ? 0 : range.blockIndex());
    head.putLong(version.high()).putLong(version.low());
    head.putInt(range == null ? 0 : range.offset()).putInt(bytes).putInt(proof.remaining());
    head.putInt(BatchWire.recordCrc(crc, head, proof)).flip();
    out.writeBytes(
        HeadText.ascii(
            HEX.toHexDigits(BatchWire.RECORD_HEAD_BYTES + proof.remaining() + bytes) + "\r\n"));
    out.writeBytes(head).writeBytes(proof);
  }
}
