package io.blockring.client.namespace;

/** Sizes that the wire, the store and the memory share. */
public final class Blocks {
  /**
   * The unit of checksum: a CRC32C covers this many bytes (the last cell of a block may be
   * shorter).
   */
  public static final int CELL_BYTES = 4 * 1024;

  /** Bytes of a block where the mount says nothing else. */
  public static final int DEFAULT_BLOCK_BYTES = 4 * 1024 * 1024;

  private Blocks() {}

  /** How many cells cover this many bytes. */
  public static int cells(int bytes) {
    return (bytes + CELL_BYTES - 1) / CELL_BYTES;
  }
}
