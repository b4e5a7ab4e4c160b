package io.blockring.client.memory;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The bytes a process may have in flight: fills, read-ahead, replies in the making. One per
 * process. Buffers are direct, made when first needed and kept.
 *
 * <p>Who must have a buffer waits a bounded time and is then refused; who would only like one
 * (read-ahead) never takes the last quarter.
 */
public final class ByteBudget {
  private final int bufferBytes;
  private final int buffers;
  private final Semaphore free;
  // Guarded by itself.
  private final Deque<ByteBuffer> idle = new ArrayDeque<>();
  private final LongAdder refused = new LongAdder();

  /**
   * @param totalBytes what may be in flight; rounded down to whole buffers, of which there must be
   *     4
   * @param bufferBytes the largest block of any mount
   */
  public ByteBudget(long totalBytes, int bufferBytes) {
    this.bufferBytes = bufferBytes;
    this.buffers = (int) Math.min(Integer.MAX_VALUE, totalBytes / bufferBytes);
    if (buffers < 4) {
      throw new IllegalArgumentException(
          "a byte budget of "
              + totalBytes
              + " holds "
              + buffers
              + " buffers of "
              + bufferBytes
              + ", needs 4");
    }
    this.free = new Semaphore(buffers, true);
  }

  /**
   * A buffer to fill, cleared, waiting for one at most this long.
   *
   * @return null when none came free in time; the refusal is counted
   */
  public @Nullable Loan borrow(long waitMillis) {
    try {
      if (free.tryAcquire(waitMillis, TimeUnit.MILLISECONDS)) {
        return new Loan(take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    refused.increment();
    return null;
  }

  /** A buffer for work nobody waits for: null at once when the process is busy. */
  public @Nullable Loan borrowIfQuiet() {
    return free.availablePermits() > buffers / 4 && free.tryAcquire() ? new Loan(take()) : null;
  }

  public long totalBytes() {
    return (long) buffers * bufferBytes;
  }

  public long bytesInFlight() {
    return (long) (buffers - free.availablePermits()) * bufferBytes;
  }

  public long refusals() {
    return refused.sum();
  }

  private ByteBuffer take() {
    synchronized (idle) {
      ByteBuffer buffer = idle.pollLast();
      if (buffer != null) {
        return buffer.clear();
      }
    }
    return ByteBuffer.allocateDirect(bufferBytes);
  }

  /** A buffer until it is closed; closing twice is harmless. */
  public final class Loan implements AutoCloseable {
    // Guarded by idle.
    private @Nullable ByteBuffer buffer;

    private Loan(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    public ByteBuffer buffer() {
      synchronized (idle) {
        if (buffer == null) {
          throw new IllegalStateException("the buffer was given back");
        }
        return buffer;
      }
    }

    @Override
    public void close() {
      synchronized (idle) {
        if (buffer == null) {
          return;
        }
        idle.addLast(buffer);
        buffer = null;
      }
      free.release();
    }
  }
}
