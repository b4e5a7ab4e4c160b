package io.blockring.node.store;

import java.io.IOException;

/** What lies on the disk is not the block. It has been dropped: to readers this is a miss. */
public final class CorruptBlockException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message which block, which cell, found and expected values, file and offset
   */
  public CorruptBlockException(String message) {
    super(message);
  }
}
