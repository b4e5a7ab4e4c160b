package io.blockring.node.store;

import io.blockring.node.store.StoreSettings.Budget;
import io.blockring.node.store.StoreSettings.DiskSettings;

/**
 * What a disk's budget buys. Slots, their headers and the index at its largest fit into it.
 *
 * @param indexBytes set aside for the index; while it is rewritten there are two
 */
record Capacity(long budgetBytes, long indexBytes, int slots, int maxBlocks) {
  private static final int INDEX_SHARE = 32;
  private static final long MIN_INDEX_BYTES = 1 << 20;

  /** Three records and a share of their pages: the index, twice as long as needed, and a copy. */
  private static final int INDEX_BYTES_PER_BLOCK = 100;

  private static final int MIN_SLOTS = 4;

  /**
   * @param totalBytes of the file system
   */
  static Capacity of(DiskSettings disk, StoreSettings settings, long totalBytes) {
    long budget =
        switch (disk.budget()) {
          case Budget.Bytes given -> given.bytes();
          case Budget.Percent share -> totalBytes / 100 * share.percent();
        };
    long mostNeeded = MIN_INDEX_BYTES + (long) INDEX_BYTES_PER_BLOCK * settings.maxBlocksPerDisk();
    long index = Math.min(Math.max(budget / INDEX_SHARE, MIN_INDEX_BYTES), mostNeeded);
    long perSlot = settings.slotBytes() + (long) SlotFiles.headerBytes(settings.slotBytes());
    long slots = Math.min((budget - index) / perSlot, SmallBlocks.SLOT_LIMIT - 1);
    if (slots < MIN_SLOTS) {
      throw new IllegalArgumentException(
          "store: the budget of %s is %d bytes, must be at least %d (%d slots of %d bytes and the index)"
              .formatted(
                  disk.path(),
                  budget,
                  MIN_SLOTS * perSlot + MIN_INDEX_BYTES,
                  MIN_SLOTS,
                  settings.slotBytes()));
    }
    long maxBlocks = Math.min(settings.maxBlocksPerDisk(), index / INDEX_BYTES_PER_BLOCK);
    return new Capacity(budget, index, (int) slots, (int) maxBlocks);
  }

  /** Whether an index of this length, naming so many blocks, should be rewritten. */
  boolean isWorthRewriting(long indexLength, int blocks) {
    return indexLength > Math.max(indexBytes / 3, 2L * IndexRecord.BYTES * blocks);
  }
}
