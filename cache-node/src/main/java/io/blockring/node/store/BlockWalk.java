package io.blockring.node.store;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes once through the blocks of a store, pinned ones first, then those that were used most of
 * late; small blocks as a region's worth. Reads their headers from the disks, on the calling thread
 * and at its pace, and counts as no use of them. What comes in or goes meanwhile is seen or not.
 * For one thread; takes 5 bytes a slot while it lives.
 */
public final class BlockWalk {
  private final List<DiskWalk> disks;

  private final boolean hasAllDisks;

  /**
   * @param hasAllDisks whether these are all that the store has
   */
  BlockWalk(List<DiskWalk> disks, boolean hasAllDisks) {
    this.disks = disks;
    this.hasAllDisks = hasAllDisks;
  }

  /** Whether no disk and no header was passed over so far because it could not be read. */
  public boolean hasReadAll() {
    return hasAllDisks && disks.stream().allMatch(DiskWalk::hasReadAll);
  }

  /** The next block; null after the last. */
  public @Nullable KeptBlock next() {
    while (true) {
      DiskWalk hottest = disks.stream().max(Comparator.comparingInt(DiskWalk::heat)).orElse(null);
      if (hottest == null || hottest.heat() == 0) {
        return null;
      }
      KeptBlock block = hottest.next();
      if (block != null) {
        return block;
      }
    }
  }
}
