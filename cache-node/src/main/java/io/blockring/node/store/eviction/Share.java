package io.blockring.node.store.eviction;

/**
 * What some blocks may have of a store, in entries.
 *
 * @param floor so many are taken away by nobody else
 * @param ceiling beyond so many, its own make room for its own
 * @param rank shares of the lowest rank give entries first, and none takes one of a higher rank
 * @param isEvictable whether its entries ever make room for others, or for its own
 */
public record Share(int floor, int ceiling, int rank, boolean isEvictable) {
  /** Of whatever has no limits of its own. */
  public static final Share UNLIMITED = new Share(0, Integer.MAX_VALUE, 0, true);
}
