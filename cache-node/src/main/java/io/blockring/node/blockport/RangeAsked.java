package io.blockring.node.blockport;

import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Blocks;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.HttpHead;
import io.blockring.client.peer.Refusal;

/**
 * One range of a Range header, before the block's length is known.
 *
 * @param first -1 for the last {@code last} bytes
 * @param last inclusive; {@link Long#MAX_VALUE} for all the rest
 */
record RangeAsked(long first, long last) {

  static RangeAsked parse(String header) throws RefusedException {
    int dash = header.indexOf('-');
    if (!header.startsWith("bytes=") || dash < 0) {
      throw unreadable(header);
    }
    String from = header.substring("bytes=".length(), dash);
    String to = header.substring(dash + 1);
    boolean isReadable =
        (from.isEmpty() || HttpHead.isDigits(from))
            && (to.isEmpty() || HttpHead.isDigits(to))
            && !(from.isEmpty() && to.isEmpty());
    if (!isReadable) {
      throw unreadable(header);
    }
    long first = from.isEmpty() ? -1 : Long.parseLong(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
    if (first > last) {
      throw unreadable(header);
    }
    return new RangeAsked(first, last);
  }

  /** The bytes of this block that are meant. */
  BlockRange within(Version version, int blockIndex) throws RefusedException {
    int length = version.blockLength(blockIndex);
    long start = first >= 0 ? first : Math.max(0, length - last);
    long end = first >= 0 ? Math.min(last, length - 1L) : length - 1L;
    if (start > end) {
      throw new RefusedException(
          Refusal.OUT_OF_RANGE,
          "range starts at byte " + start + " of block " + blockIndex + ", which has " + length);
    }
    return new BlockRange(version, blockIndex, (int) start, (int) (end - start + 1));
  }

  /** A verified reply is of whole cells. */
  static void requireWholeCells(BlockRange range) throws RefusedException {
    int end = range.offset() + range.length();
    boolean isWhole =
        range.offset() % Blocks.CELL_BYTES == 0
            && (end % Blocks.CELL_BYTES == 0 || end == range.blockLength());
    if (!isWhole) {
      throw new RefusedException(
          Refusal.MISALIGNED,
          "verified range from "
              + range.offset()
              + " to "
              + end
              + ": both must be multiples of "
              + Blocks.CELL_BYTES
              + ", or the end "
              + range.blockLength()
              + " of the block");
    }
  }

  private static RefusedException unreadable(String header) {
    return new RefusedException(
        Refusal.MALFORMED, "range '" + header + "' is not one range such as bytes=0-4095");
  }
}
