package io.blockring.node.store;

/** What a disk is good for at the moment. */
public enum DiskState {
  /** Reads and writes. */
  HEALTHY,
  /** Its blocks are read; it takes no new ones until a write succeeds again. */
  READ_ONLY,
  /** Reads failed or hang: its blocks are misses while it is tried again every few seconds. */
  SUSPECT,
  /**
   * It stayed suspect, or is gone from its path: its files are closed, and opened when it is back.
   */
  DOWN
}
