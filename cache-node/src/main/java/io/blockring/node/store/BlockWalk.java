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

  BlockWalk(List<DiskWalk> disks) {
    this.disks = disks;
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
