package io.blockring.node.store;

import org.jspecify.annotations.Nullable;

/** How a block's bytes lie on the disk; a byte in headers and index records. */
enum Encoding {
  /** As they are. */
  PLAIN(0),
  /** In {@link Pieces}, each compressed by itself. */
  LZ4(1);

  private static final Encoding[] ALL = values();

  private final byte number;

  Encoding(int number) {
    this.number = (byte) number;
  }

  byte number() {
    return number;
  }

  /** Null when this build does not know it. */
  static @Nullable Encoding of(byte number) {
    for (Encoding encoding : ALL) {
      if (encoding.number == number) {
        return encoding;
      }
    }
    return null;
  }
}
