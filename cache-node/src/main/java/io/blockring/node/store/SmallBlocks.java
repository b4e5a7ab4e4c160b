package io.blockring.node.store;

import java.util.ArrayList;
import java.util.List;

/**
 * The small blocks of a disk, 20 bytes each, chained by region. Grows by chunks, so that nothing is
 * copied and no space is held for blocks that may never come. Not thread-safe: guarded by its
 * disk's lock.
 */
final class SmallBlocks {
  static final int NONE = -1;

  private static final int CHUNK_BITS = 12;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int LENGTH_BITS = 20;
  private static final int OFFSET_BITS = 18;
  private static final long COMMITTED = Long.MIN_VALUE;

  /** Blocks must be shorter. */
  static final int LENGTH_LIMIT = 1 << LENGTH_BITS;

  /** Slots must be fewer. */
  static final int SLOT_LIMIT = 1 << 24;

  private final List<long[]> fingerprints = new ArrayList<>();

  /** Committed bit, slot, offset in units, length. */
  private final List<long[]> places = new ArrayList<>();

  private final List<int[]> nexts = new ArrayList<>();
  private int freeHead = NONE;
  private int used;
  private int count;

  int count() {
    return count;
  }

  int add(long fingerprint, Place place, int next) {
    int entry = freeHead;
    if (entry != NONE) {
      freeHead = next(entry);
    } else {
      entry = used++;
      if (entry == fingerprints.size() << CHUNK_BITS) {
        fingerprints.add(new long[CHUNK]);
        places.add(new long[CHUNK]);
        nexts.add(new int[CHUNK]);
      }
    }
    fingerprints.get(entry >> CHUNK_BITS)[entry & (CHUNK - 1)] = fingerprint;
    setPacked(
        entry,
        (long) place.slot() << (OFFSET_BITS + LENGTH_BITS)
            | (long) (place.offset() / Place.UNIT_BYTES) << LENGTH_BITS
            | place.length());
    setNext(entry, next);
    count++;
    return entry;
  }

  void remove(int entry) {
    setNext(entry, freeHead);
    freeHead = entry;
    count--;
  }

  long fingerprint(int entry) {
    return fingerprints.get(entry >> CHUNK_BITS)[entry & (CHUNK - 1)];
  }

  Place place(int entry) {
    long packed = packed(entry) & ~COMMITTED;
    int offset = (int) (packed >>> LENGTH_BITS) & ((1 << OFFSET_BITS) - 1);
    return Place.small(
        (int) (packed >>> (OFFSET_BITS + LENGTH_BITS)),
        offset * Place.UNIT_BYTES,
        (int) packed & (LENGTH_LIMIT - 1));
  }

  boolean isCommitted(int entry) {
    return packed(entry) < 0;
  }

  void commit(int entry) {
    setPacked(entry, packed(entry) | COMMITTED);
  }

  /** The next block of the same region. */
  int next(int entry) {
    return nexts.get(entry >> CHUNK_BITS)[entry & (CHUNK - 1)];
  }

  void setNext(int entry, int next) {
    nexts.get(entry >> CHUNK_BITS)[entry & (CHUNK - 1)] = next;
  }

  /** Bytes of memory taken, object headers included. */
  long memoryBytes() {
    return fingerprints.size() * (20L * CHUNK + 3 * 16 + 3 * 8);
  }

  private long packed(int entry) {
    return places.get(entry >> CHUNK_BITS)[entry & (CHUNK - 1)];
  }

  private void setPacked(int entry, long packed) {
    places.get(entry >> CHUNK_BITS)[entry & (CHUNK - 1)] = packed;
  }
}
