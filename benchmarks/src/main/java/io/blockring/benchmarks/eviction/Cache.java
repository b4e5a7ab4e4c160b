package io.blockring.benchmarks.eviction;

/** A store of a fixed number of blocks that keeps each block it misses, if only for a moment. */
interface Cache {
  /** Uses a block, and brings it in where it is missing: whether it was there. */
  boolean isHit(int block);

  /** Makes one for {@code capacity} blocks of the {@code blocks} there are. */
  interface Kind {
    Cache of(int capacity, int blocks);
  }
}
