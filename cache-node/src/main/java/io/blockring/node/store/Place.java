package io.blockring.node.store;

/**
 * Where a block is on its disk, and how.
 *
 * @param slot which slot
 * @param offset of the block's record in its region; 0 for a block with a slot to itself
 * @param length bytes of the block, as readers see it
 * @param isSmall whether it lies in a region, behind its header, or has a slot to itself
 * @param encoding how its bytes are stored; what is not plain lies in a region
 */
record Place(int slot, int offset, int length, boolean isSmall, Encoding encoding) {
  /** Records in a region start at multiples of this. */
  static final int UNIT_BYTES = 64;

  static Place large(int slot, int length) {
    return new Place(slot, 0, length, false, Encoding.PLAIN);
  }

  static Place small(int slot, int offset, int length) {
    return new Place(slot, offset, length, true, Encoding.PLAIN);
  }

  static Place packed(int slot, int offset, int length) {
    return new Place(slot, offset, length, true, Encoding.LZ4);
  }

  /** What a block of this length, stored as so many bytes, takes of its region. */
  static int recordBytes(int length, int storedBytes) {
    return (BlockHeader.bytes(length) + storedBytes + UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES;
  }
}
