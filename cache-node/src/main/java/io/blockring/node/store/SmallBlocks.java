package io.blockring.node.store;

import java.util.ArrayList;
import java.util.List;

/**
 * The blocks in regions of a disk, 20 bytes each, chained by region: small ones and compressed
 * ones. Grows by chunks, so that nothing is copied and no space is held for blocks that may never
 * come. Not thread-safe: guarded by its disk's lock.
 */
final class SmallBlocks {
  static final int NONE = -1;

  private static final int CHUNK_BITS = 12;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int LENGTH_BITS = 20;
  private static final int OFFSET_BITS = 18;

  /** What is left of a length, and the encoding, lie above the number of the next. */
  private static final int NEXT_BITS = 26;

  private static final int NEXT_MASK = (1 << NEXT_BITS) - 1;
  private static final int PACKED = 1 << 31;
  private static final long COMMITTED = Long.MIN_VALUE;

  /** Entries must be fewer. */
  static final int COUNT_LIMIT = NEXT_MASK;

  /** Plain blocks must be shorter. */
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
            | place.length() & (LENGTH_LIMIT - 1));
    int above = place.length() >>> LENGTH_BITS << NEXT_BITS;
    setLink(entry, above | (place.encoding() == Encoding.LZ4 ? PACKED : 0));
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
    int link = link(entry);
    int above = (link & ~PACKED) >>> NEXT_BITS << LENGTH_BITS;
    return new Place(
        (int) (packed >>> (OFFSET_BITS + LENGTH_BITS)),
        offset * Place.UNIT_BYTES,
        above | (int) packed & (LENGTH_LIMIT - 1),
        true,
        link < 0 ? Encoding.LZ4 : Encoding.PLAIN);
  }

  boolean isCommitted(int entry) {
    return packed(entry) < 0;
  }

  void commit(int entry) {
    setPacked(entry, packed(entry) | COMMITTED);
  }

  /** The next block of the same region. */
  int next(int entry) {
    int next = link(entry) & NEXT_MASK;
    return next == NEXT_MASK ? NONE : next;
  }

  void setNext(int entry, int next) {
    setLink(entry, link(entry) & ~NEXT_MASK | next & NEXT_MASK);
  }

  /** Bytes of memory taken, object headers included. */
  long memoryBytes() {
    return fingerprints.size() * (20L * CHUNK + 3 * 16 + 3 * 8);
  }

  private int link(int entry) {
    return nexts.get(entry >> CHUNK_BITS)[entry & (CHUNK - 1)];
  }

  private void setLink(int entry, int link) {
    nexts.get(entry >> CHUNK_BITS)[entry & (CHUNK - 1)] = link;
  }

  private long packed(int entry) {
    return places.get(entry >> CHUNK_BITS)[entry & (CHUNK - 1)];
  }

  private void setPacked(int entry, long packed) {
    places.get(entry >> CHUNK_BITS)[entry & (CHUNK - 1)] = packed;
  }
}
