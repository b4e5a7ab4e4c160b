package io.blockring.node.blockport;

import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BatchWire;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The body of a batch: its items, one after the other. How they lie in it and what they ask for
 * together is checked when it is made; what each names, when its turn comes.
 */
final class BatchItems {
  private static final int LENGTH_AT = BatchWire.ITEM_HEAD_BYTES - Integer.BYTES;

  private final ByteBuffer body;
  private int left;

  private BatchItems(ByteBuffer body, int items) {
    this.body = body;
    this.left = items;
  }

  /**
   * @param items as many as the head says
   * @throws RefusedException when the body is not that of a batch within its limits
   */
  static BatchItems of(byte[] body, int items) throws RefusedException {
    ByteBuffer bytes = ByteBuffer.wrap(body);
    long asked = 0;
    for (int i = 0; i < items; i++) {
      asked += requireItem(bytes, i);
    }
    if (bytes.hasRemaining()) {
      throw malformed(bytes.remaining() + " bytes behind the last of " + items + " items");
    }
    if (asked > BatchWire.MAX_BATCH_BYTES) {
      throw malformed(asked + " bytes asked for, at most " + BatchWire.MAX_BATCH_BYTES);
    }
    return new BatchItems(bytes.rewind(), items);
  }

  /** How many bytes it asks for. */
  private static int requireItem(ByteBuffer bytes, int number) throws RefusedException {
    if (bytes.remaining() < BatchWire.ITEM_HEAD_BYTES) {
      throw malformed("the body ends within item " + number);
    }
    int at = bytes.position();
    int key = Short.toUnsignedInt(bytes.getShort(at));
    int identity = Short.toUnsignedInt(bytes.getShort(at + Short.BYTES));
    int length = bytes.getInt(at + LENGTH_AT);
    if (key + identity > bytes.remaining() - BatchWire.ITEM_HEAD_BYTES) {
      throw malformed("the body ends within item " + number);
    }
    if (length < 1 || length > BatchWire.MAX_ITEM_BYTES) {
      throw malformed(
          "item %d asks for %d bytes, which is not 1 to %d"
              .formatted(number, length, BatchWire.MAX_ITEM_BYTES));
    }
    bytes.position(at + BatchWire.ITEM_HEAD_BYTES + key + identity);
    return length;
  }

  boolean hasNext() {
    return left > 0;
  }

  /** What the next item asks for. */
  BlockRange next(MountId mount, int blockBytes) throws RefusedException {
    left--;
    int keyBytes = Short.toUnsignedInt(body.getShort());
    int identityBytes = Short.toUnsignedInt(body.getShort());
    long size = body.getLong();
    int blockIndex = body.getInt();
    int offset = body.getInt();
    int length = body.getInt();
    ByteBuffer keyText = take(keyBytes);
    ByteBuffer identityText = take(identityBytes);
    if (keyBytes > BlockWire.MAX_KEY_BYTES) {
      throw malformed("a key of " + keyBytes + " bytes, at most " + BlockWire.MAX_KEY_BYTES);
    }
    try {
      Version version =
          new Version(
              new ObjectName(mount, text(keyText)),
              Identity.parse(text(identityText)),
              size,
              blockBytes);
      return range(version, blockIndex, offset, length);
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  private static BlockRange range(Version version, int blockIndex, int offset, int length)
      throws RefusedException {
    BlockRange range;
    try {
      range = new BlockRange(version, blockIndex, offset, length);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new RefusedException(Refusal.OUT_OF_RANGE, String.valueOf(e.getMessage()));
    }
    RangeAsked.requireWholeCells(range);
    return range;
  }

  private ByteBuffer take(int bytes) {
    ByteBuffer taken = body.slice(body.position(), bytes);
    body.position(body.position() + bytes);
    return taken;
  }

  private static String text(ByteBuffer utf8) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
  }

  private static RefusedException malformed(String message) {
    return new RefusedException(Refusal.MALFORMED, message);
  }
}
