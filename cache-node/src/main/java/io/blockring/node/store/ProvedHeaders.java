package io.blockring.node.store;

import io.blockring.client.manifest.Crc32cs;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.Blocks;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Headers of a disk's blocks that were proved not long ago: small ranges of one block follow each
 * other, and to read and prove 4 KiB of checksums for each would cost as much as the range. A new
 * one takes the place of an old one that falls into the same entry. What a block's cells sum up to
 * never changes, so an entry is right as long as its block is; one whose cells do not match is
 * forgotten with its block. Safe for many threads.
 */
final class ProvedHeaders {
  /** Of 4 MiB blocks they take 1 MiB. */
  private static final int ENTRIES = 256;

  private static final class Entry {
    private final BlockKey key;
    private final Place place;
    private final ByteBuffer header;

    /** Of the whole block; below 0 until somebody asks. Threads may compute it twice. */
    private volatile long crc32c = -1;

    Entry(BlockKey key, Place place, ByteBuffer header) {
      this.key = key;
      this.place = place;
      this.header = header;
    }

    boolean isOf(BlockKey otherKey, Place otherPlace) {
      return key.equals(otherKey) && place.equals(otherPlace);
    }
  }

  private final AtomicReferenceArray<@Nullable Entry> entries = new AtomicReferenceArray<>(ENTRIES);

  /** For absolute reads only: many may read it. */
  @Nullable ByteBuffer get(BlockKey key, Place place) {
    Entry entry = entries.get(index(key));
    return entry != null && entry.isOf(key, place) ? entry.header : null;
  }

  /**
   * The CRC32C of a whole block, computed once while its header is here.
   *
   * @param header of the block, proved
   */
  int crc32c(BlockKey key, Place place, ByteBuffer header) {
    Entry entry = entries.get(index(key));
    if (entry == null || !entry.isOf(key, place)) {
      return crc32c(place, header);
    }
    long known = entry.crc32c;
    if (known < 0) {
      known = Integer.toUnsignedLong(crc32c(place, header));
      entry.crc32c = known;
    }
    return (int) known;
  }

  private static int crc32c(Place place, ByteBuffer header) {
    int[] cells = new int[Blocks.cells(place.length())];
    Arrays.setAll(cells, cell -> BlockHeader.cellCrc(header, cell));
    return Crc32cs.ofCells(cells, place.length());
  }

  /**
   * @param header without flaw, from its start to its limit; copied
   * @return the copy
   */
  ByteBuffer put(BlockKey key, Place place, ByteBuffer header) {
    ByteBuffer copy =
        ByteBuffer.allocate(header.limit()).put(0, header, 0, header.limit()).asReadOnlyBuffer();
    entries.set(index(key), new Entry(key, place, copy));
    return copy;
  }

  void forget(BlockKey key) {
    Entry entry = entries.get(index(key));
    if (entry != null && entry.key.equals(key)) {
      entries.compareAndSet(index(key), entry, null);
    }
  }

  private static int index(BlockKey key) {
    return Math.floorMod(key.hashCode() ^ key.hashCode() >>> 16, ENTRIES);
  }
}
