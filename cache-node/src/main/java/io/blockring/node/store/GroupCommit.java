package io.blockring.node.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Makes what was written durable, in batches: first the blocks' bytes, then the index that names
 * them. So an index entry that survives names bytes that survived. One thread flushes at a time;
 * {@link #written} is guarded by the disk's lock.
 */
final class GroupCommit {
  private record Written(long fingerprint, Place place) {}

  private final ReentrantLock tableLock;
  private final BlockTable table;
  private final SlotFiles files;
  private final IndexLog log;

  /** Index records added under one hold of the lock: some hundred microseconds at most. */
  private static final int ADDED_AT_ONCE = 1024;

  private List<Written> batch = new ArrayList<>();

  /** Written again while a flush runs, which therefore does not cover them. */
  private final Set<Long> writtenSinceFlushBegan = new HashSet<>();

  private boolean isFlushing;
  private final BitSet touchedSegments = new BitSet();
  private long dirtyBytes;

  GroupCommit(ReentrantLock tableLock, BlockTable table, SlotFiles files, IndexLog log) {
    this.tableLock = tableLock;
    this.table = table;
    this.files = files;
    this.log = log;
  }

  /** A block has been written and published; the caller holds the disk's lock. */
  void written(long fingerprint, Place place) {
    batch.add(new Written(fingerprint, place));
    if (isFlushing) {
      writtenSinceFlushBegan.add(fingerprint);
    }
    touchedSegments.set(SlotFiles.segment(place.slot()));
    dirtyBytes += place.length();
  }

  /** Bytes that a power cut would lose; read under the disk's lock. */
  long dirtyBytes() {
    return dirtyBytes;
  }

  /**
   * Commits everything written so far.
   *
   * @return whether there was anything to commit
   * @throws IOException when the disk failed. Blocks whose bytes could not be flushed are
   *     forgotten: after a failed flush the kernel may call pages clean that it never wrote
   */
  synchronized boolean flush() throws IOException {
    BitSet segments = new BitSet();
    List<Written> flushed = locked(() -> begin(segments));
    try {
      for (int s = segments.nextSetBit(0); s >= 0; s = segments.nextSetBit(s + 1)) {
        files.sync(s);
      }
      for (int i = 0; i < flushed.size(); i += ADDED_AT_ONCE) {
        List<Written> some = flushed.subList(i, Math.min(flushed.size(), i + ADDED_AT_ONCE));
        locked(() -> addToIndex(some));
      }
    } catch (IOException e) {
      locked(() -> forget(flushed));
      throw e;
    } finally {
      locked(this::end);
    }
    boolean isAnythingAdded = log.write();
    if (isAnythingAdded) {
      log.sync();
    }
    return isAnythingAdded;
  }

  private List<Written> begin(BitSet segments) {
    List<Written> written = batch;
    segments.or(touchedSegments);
    batch = new ArrayList<>();
    touchedSegments.clear();
    dirtyBytes = 0;
    isFlushing = true;
    return written;
  }

  private boolean end() {
    isFlushing = false;
    writtenSinceFlushBegan.clear();
    return true;
  }

  private boolean addToIndex(List<Written> flushed) {
    for (Written block : flushed) {
      // Evicted meanwhile: its slot may hold other bytes by now, or its own, not yet flushed.
      if (!writtenSinceFlushBegan.contains(block.fingerprint)
          && table.commit(block.fingerprint, block.place)) {
        log.add(table.record(block.fingerprint, block.place));
      }
    }
    return true;
  }

  private boolean forget(List<Written> unflushed) {
    for (Written block : unflushed) {
      table.remove(block.fingerprint, block.place);
    }
    return true;
  }

  private <T> T locked(Supplier<T> action) {
    tableLock.lock();
    try {
      return action.get();
    } finally {
      tableLock.unlock();
    }
  }
}
