package io.blockring.node.store;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers for headers and cells on their way. Not per thread: virtual threads are many. What
 * does not fit back into the pool is left to the collector.
 */
final class ScratchBuffers {
  /** Holds the largest header, and is a multiple of a cell. */
  static final int BYTES = 128 * 1024;

  private static final int POOLED = 64;

  private final ArrayBlockingQueue<ByteBuffer> pool = new ArrayBlockingQueue<>(POOLED);

  /** A cleared buffer, the caller's until {@link #giveBack}. */
  ByteBuffer take() {
    @Nullable ByteBuffer pooled = pool.poll();
    return pooled == null ? ByteBuffer.allocateDirect(BYTES) : pooled.clear();
  }

  void giveBack(ByteBuffer buffer) {
    pool.offer(buffer);
  }
}
