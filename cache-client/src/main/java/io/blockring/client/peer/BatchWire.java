package io.blockring.client.peer;

import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Blocks;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The words and the arithmetic of batches on the block port, shared by both sides: one request that
 * names many small ranges of one mount. The whole wire, and why its limits are what they are, is
 * told in {@code docs/design/block-port.md}. All numbers are big-endian.
 */
public final class BatchWire {
  /** Where batches go: followed by the mount id. */
  public static final String PATH = "/v1/batches/";

  /** How many items a batch has; in the request and again in the reply. */
  public static final String ITEMS = "x-blockring-items";

  /** {@link BlockWire#FORM} of the reply. */
  public static final String BATCH = "batch";

  /** Items of one batch at most. */
  public static final int MAX_ITEMS = 256;

  /** Bytes of a request's body at most. */
  public static final int MAX_BODY_BYTES = 64 * 1024;

  /** Bytes that one item may ask for; what is larger is worth a request of its own. */
  public static final int MAX_ITEM_BYTES = BlockWire.FRAME_BYTES;

  /** Bytes that all items together may ask for: as many as one block has. */
  public static final int MAX_BATCH_BYTES = Blocks.DEFAULT_BLOCK_BYTES;

  /** Before key and identity: their lengths, the object's size, block index, offset, length. */
  public static final int ITEM_HEAD_BYTES = 2 + 2 + 8 + 4 + 4 + 4;

  /** Before each record, a chunk of the reply: its length as 8 hex digits, CRLF. */
  public static final int CHUNK_HEAD_BYTES = 10;

  /** Ends each chunk. */
  public static final byte[] CHUNK_END = ascii("\r\n");

  /** Ends the reply. */
  public static final byte[] LAST_CHUNK = ascii("00000000\r\n\r\n");

  /** Of a record, up to its checksums or trouble. */
  public static final int RECORD_HEAD_BYTES = 40;

  /** Where in a record's head its checksum is. */
  public static final int RECORD_CRC_AT = RECORD_HEAD_BYTES - Integer.BYTES;

  /** The item of a record that is about none. */
  public static final int NO_ITEM = 0xffff;

  private BatchWire() {}

  /** What a record is. */
  public enum RecordKind {
    /** Checksums of the cells, then the bytes. */
    BYTES(1),
    /** {@link Trouble#toFrame}: why the bytes do not come. */
    TROUBLE(2),
    /** Nothing: a sign of life. */
    SIGN(3);

    private final int number;

    RecordKind(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }

  /** Whether the names of an item's object are short enough. */
  static boolean isNamed(BlockRange range) {
    return utf8(range.version().name().key()).length <= BlockWire.MAX_KEY_BYTES
        && utf8(range.version().identity().toString()).length <= BlockWire.MAX_KEY_BYTES;
  }

  /** How many bytes of a body an item takes. */
  public static int itemBytes(BlockRange range) {
    return ITEM_HEAD_BYTES
        + utf8(range.version().name().key()).length
        + utf8(range.version().identity().toString()).length;
  }

  /** Appends an item to a body. */
  public static void putItem(ByteBuffer body, BlockRange range) {
    byte[] key = utf8(range.version().name().key());
    byte[] identity = utf8(range.version().identity().toString());
    body.putShort((short) key.length).putShort((short) identity.length);
    body.putLong(range.version().size()).putInt(range.blockIndex());
    body.putInt(range.offset()).putInt(range.length());
    body.put(key).put(identity);
  }

  /**
   * The checksum of a record: of its head before it, and of the checksums or the trouble behind it.
   * The bytes have those checksums.
   *
   * @param head from index 0
   * @param proof from its position to its limit
   */
  public static int recordCrc(CRC32C crc, ByteBuffer head, ByteBuffer proof) {
    crc.reset();
    crc.update(head.slice(0, RECORD_CRC_AT));
    crc.update(proof.duplicate());
    return (int) crc.getValue();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
