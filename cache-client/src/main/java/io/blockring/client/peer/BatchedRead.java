package io.blockring.client.peer;

import io.blockring.client.ladder.ByteSink;
import io.blockring.client.namespace.BlockRange;

/**
 * One of the small reads of a batch.
 *
 * @param range at most {@link BatchWire#MAX_ITEM_BYTES} when rounded to whole cells, of an object
 *     whose key and identity have at most {@link BlockWire#MAX_KEY_BYTES} each
 * @param sink gets the range's bytes all together, proved, or none
 */
public record BatchedRead(BlockRange range, ByteSink sink) {

  public BatchedRead {
    if (!fits(range)) {
      throw new IllegalArgumentException(
          "%s is too large for a batch: at most %d bytes, and %d of its key"
              .formatted(range, BatchWire.MAX_ITEM_BYTES, BlockWire.MAX_KEY_BYTES));
    }
  }

  /** Whether a range may be one of a batch. */
  public static boolean fits(BlockRange range) {
    return range.wholeCells().length() <= BatchWire.MAX_ITEM_BYTES && BatchWire.isNamed(range);
  }
}
