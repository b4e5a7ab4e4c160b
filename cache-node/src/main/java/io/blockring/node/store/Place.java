package io.blockring.node.store;

/**
 * Where a block is on its disk.
 *
 * @param slot which slot
 * @param offset of the block's record in its region; 0 for a large block
 * @param length bytes of the block
 * @param isSmall whether it lies in a region, behind its header, or has a slot to itself
 */
record Place(int slot, int offset, int length, boolean isSmall) {
  /** Records in a region start at multiples of this. */
  static final int UNIT_BYTES = 64;

  static Place large(int slot, int length) {
    return new Place(slot, 0, length, false);
  }

  static Place small(int slot, int offset, int length) {
    return new Place(slot, offset, length, true);
  }

  /** What a small block of this length takes of its region. */
  static int recordBytes(int length) {
    return (BlockHeader.bytes(length) + length + UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES;
  }
}
