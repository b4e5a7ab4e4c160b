package io.blockring.client.memory;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap segments of one size, cut from slabs that are allocated when first needed. Safe for many
 * threads.
 */
final class SegmentPool {
  private static final int SLAB_BYTES = 64 * 1024 * 1024;

  private final int segmentBytes;
  private final int segments;
  private final @Nullable ByteBuffer[] slabs;
  // A stack of free segment numbers; guarded by this, like all below.
  private final int[] free;
  private int freeCount;
  private int everUsed;

  SegmentPool(long totalBytes, int segmentBytes) {
    this.segmentBytes = segmentBytes;
    this.segments = (int) Math.min(Integer.MAX_VALUE / 2, totalBytes / segmentBytes);
    this.slabs = new ByteBuffer[segments / perSlab() + 1];
    this.free = new int[segments];
  }

  int segments() {
    return segments;
  }

  /** A free segment with one holder, or null when all are in use. */
  synchronized @Nullable Segment take() {
    int number;
    if (freeCount > 0) {
      number = free[--freeCount];
    } else if (everUsed < segments) {
      number = everUsed++;
    } else {
      return null;
    }
    return new Segment(
        number, slab(number / perSlab()).slice(number % perSlab() * segmentBytes, segmentBytes));
  }

  private ByteBuffer slab(int index) {
    ByteBuffer slab = slabs[index];
    if (slab == null) {
      slab =
          ByteBuffer.allocateDirect(
              Math.min(perSlab(), segments - index * perSlab()) * segmentBytes);
      slabs[index] = slab;
    }
    return slab;
  }

  private synchronized void giveBack(int number) {
    free[freeCount++] = number;
  }

  private int perSlab() {
    return Math.max(1, SLAB_BYTES / segmentBytes);
  }

  /** Bytes that go back to the pool when their last holder has let go. */
  final class Segment {
    private final int number;
    private final ByteBuffer bytes;
    private final AtomicInteger holders = new AtomicInteger(1);

    private Segment(int number, ByteBuffer bytes) {
      this.number = number;
      this.bytes = bytes;
    }

    /** False when the last holder has let go: the bytes may be another block's by now. */
    boolean hold() {
      int now = holders.get();
      while (now > 0) {
        if (holders.compareAndSet(now, now + 1)) {
          return true;
        }
        now = holders.get();
      }
      return false;
    }

    void letGo() {
      if (holders.decrementAndGet() == 0) {
        giveBack(number);
      }
    }

    /** Only while held. */
    ByteBuffer bytes(int offset, int count) {
      return bytes.slice(offset, count);
    }
  }
}
