package io.blockring.client.namespace;

/**
 * Where the blocks of one key fall in hash space. Make it once per open; each block then costs a
 * few shifts.
 */
public record Placement(Digest key) {

  /** A well-mixed 64-bit hash of (mount, key, block): the ring takes its slot from the top bits. */
  public long hash(int blockIndex) {
    // Stafford's variant 13 of the MurmurHash3 finalizer (as in SplitMix64), over the key's digest
    // and the index.
    long z = key.high() + (key.low() ^ 0x9E3779B97F4A7C15L) * (blockIndex + 1L);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
