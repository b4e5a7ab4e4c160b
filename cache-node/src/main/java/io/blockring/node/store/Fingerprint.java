package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;

/**
 * 64 bits that stand for a block's key in memory and in the index. The whole key is in the block's
 * header and is compared before a byte is used, so a clash costs a miss.
 */
final class Fingerprint {
  private Fingerprint() {}

  static long of(BlockKey key) {
    return mix(key.version().high() ^ mix(key.version().low() + key.index() * 0x9E3779B97F4A7C15L));
  }

  /** Stafford's variant 13 of the MurmurHash3 finalizer: every bit depends on every bit. */
  static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
