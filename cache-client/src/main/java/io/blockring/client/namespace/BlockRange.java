package io.blockring.client.namespace;

import java.util.Objects;

/**
 * Some bytes of one block of one version.
 *
 * @param offset of the first byte, from the start of the block
 * @param length at least 1, within the block
 */
public record BlockRange(Version version, int blockIndex, int offset, int length) {

  public BlockRange {
    int blockLength = version.blockLength(blockIndex);
    if (offset < 0 || length <= 0 || offset > blockLength - length) {
      throw new IllegalArgumentException(
          "bytes "
              + offset
              + "+"
              + length
              + " are not in block "
              + blockIndex
              + " of "
              + version
              + ", which has "
              + blockLength);
    }
  }

  /** The whole block. */
  public static BlockRange whole(Version version, int blockIndex) {
    return new BlockRange(version, blockIndex, 0, version.blockLength(blockIndex));
  }

  public BlockKey key() {
    return version.block(blockIndex);
  }

  /** Bytes of the whole block that this is a part of. */
  public int blockLength() {
    return version.blockLength(blockIndex);
  }

  /** The rest after the first {@code delivered} bytes, which must be fewer than {@link #length}. */
  public BlockRange after(int delivered) {
    Objects.checkIndex(delivered, length);
    return delivered == 0
        ? this
        : new BlockRange(version, blockIndex, offset + delivered, length - delivered);
  }

  /** The smallest range of whole cells around this one (the block's last cell may be short). */
  public BlockRange wholeCells() {
    return roundedTo(Blocks.CELL_BYTES);
  }

  /**
   * The smallest range around this one that starts and ends at multiples of a unit, or at the
   * block's end.
   */
  public BlockRange roundedTo(int unitBytes) {
    int start = offset / unitBytes * unitBytes;
    long wanted = ((long) offset + length + unitBytes - 1) / unitBytes * unitBytes;
    int end = (int) Math.min(blockLength(), wanted);
    return start == offset && end == offset + length
        ? this
        : new BlockRange(version, blockIndex, start, end - start);
  }

  /** The hash whose top bits are this block's slot. */
  public long placementHash() {
    return version.placement().hash(blockIndex);
  }

  @Override
  public String toString() {
    return "bytes " + offset + "+" + length + " of block " + blockIndex + " of " + version;
  }
}
