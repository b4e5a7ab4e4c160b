package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import java.nio.ByteBuffer;
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

  private record Entry(BlockKey key, Place place, ProvedHeader header) {}

  private final AtomicReferenceArray<@Nullable Entry> entries = new AtomicReferenceArray<>(ENTRIES);

  @Nullable ProvedHeader get(BlockKey key, Place place) {
    Entry entry = entries.get(index(key));
    return entry != null && entry.key.equals(key) && entry.place.equals(place)
        ? entry.header
        : null;
  }

  /**
   * @param header without flaw, from its start to its limit; copied
   * @return the copy
   */
  ProvedHeader put(BlockKey key, Place place, ByteBuffer header) {
    ProvedHeader copy =
        new ProvedHeader(
            ByteBuffer.allocate(header.limit())
                .put(0, header, 0, header.limit())
                .asReadOnlyBuffer());
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
