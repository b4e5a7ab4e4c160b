package io.blockring.client.ladder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A block, or part of one, that one thread brings in while others already read its front: the
 * meeting point of a fill and its followers, and of read-ahead and its reader. It may begin to
 * arrive in its middle: then the bytes from there to its end come first, those before it
 * afterwards. Bytes that are there never change.
 *
 * <p>The buffer belongs to whoever made this; it must outlive every reader.
 */
public final class ArrivingBlock implements ByteSink {
  private final int length;
  private final int first;
  private volatile @Nullable ByteBuffer buffer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();
  // Copied on write under the lock, called outside of it.
  private List<Runnable> listeners = List.of();
  private volatile int arrived;
  private volatile Rung deepest = Rung.MEMORY;
  private volatile @Nullable Answer outcome;

  /** Arrives from its front. */
  public ArrivingBlock(int length) {
    this(length, 0);
  }

  /**
   * @param first the byte that arrives first, below {@code length}
   */
  public ArrivingBlock(int length, int first) {
    this.length = length;
    this.first = Objects.checkIndex(first, length);
  }

  /**
   * Gives it room, before the first claim.
   *
   * @param room at least {@link #length} bytes from its position 0; written here only
   */
  public void begin(ByteBuffer room) {
    if (room.capacity() < length) {
      throw new IllegalArgumentException(
          "buffer of " + room.capacity() + " bytes for a block of " + length);
    }
    buffer = room;
  }

  public int length() {
    return length;
  }

  /** The byte that arrives first. */
  public int first() {
    return first;
  }

  /** How many bytes are there and final, wherever. */
  public int arrived() {
    return arrived;
  }

  /** How many bytes from this one on are there and final, without a gap. */
  public int availableFrom(int offset) {
    return reach(offset, arrived) - offset;
  }

  /** Behind the last byte that is there without a gap from {@code offset} on. */
  private int reach(int offset, int count) {
    int tail = length - first;
    if (offset >= first) {
      return Math.max(offset, first + Math.min(count, tail));
    }
    return count == length ? length : Math.max(offset, count - tail);
  }

  /** The deepest rung the bytes came from so far. */
  public Rung rung() {
    return deepest;
  }

  /** Null while it arrives. After it is set, no more bytes come. */
  public @Nullable Answer outcome() {
    return outcome;
  }

  @Override
  public ByteBuffer claim(int maxBytes) {
    int tail = length - first;
    int from = arrived < tail ? first + arrived : arrived - tail;
    int end = arrived < tail ? length : first;
    return room().slice(from, Math.min(maxBytes, end - from));
  }

  @Override
  public void commit(int bytes, Rung rung) {
    deepest = arrived == 0 ? rung : deepest.deeper(rung);
    tell(() -> arrived += bytes);
  }

  /** Ends it. The first call counts. */
  public void finish(Answer answer) {
    tell(
        () -> {
          if (outcome == null) {
            outcome = answer;
          }
        });
  }

  /**
   * A read-only view.
   *
   * @throws IndexOutOfBoundsException beyond what is there
   */
  public ByteBuffer bytes(int offset, int count) {
    Objects.checkFromIndexSize(offset, count, reach(offset, arrived));
    return room().slice(offset, count).asReadOnlyBuffer();
  }

  /**
   * Calls back, on the writer's thread, after every change from now on, and once right away.
   * Listeners must not block.
   */
  public void onProgress(Runnable listener) {
    lock.lock();
    try {
      List<Runnable> more = new ArrayList<>(listeners);
      more.add(listener);
      listeners = more;
    } finally {
      lock.unlock();
    }
    listener.run();
  }

  /** Stops calling back; a call that runs now may still be seen. */
  public void removeListener(Runnable listener) {
    lock.lock();
    try {
      List<Runnable> fewer = new ArrayList<>(listeners);
      fewer.remove(listener);
      listeners = fewer;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Copies a range to a reader as it arrives.
   *
   * @return {@link Answer.Complete}, why the block stopped arriving, or a failure when the scope's
   *     deadline passes
   */
  public Answer copyTo(ByteSink reader, int offset, int count, ReadScope scope) throws IOException {
    int at = offset;
    int end = offset + count;
    while (at < end) {
      int there = awaitBeyond(at, scope);
      if (there <= at) {
        return whyNoMore(at);
      }
      ByteBuffer room = reader.claim(Math.min(end, there) - at);
      int step = Math.min(room.remaining(), Math.min(end, there) - at);
      room.put(room().slice(at, step));
      reader.commit(step, deepest);
      at += step;
    }
    return new Answer.Complete();
  }

  /**
   * Waits until the byte at {@code offset} is there, or will not come, or the deadline; returns the
   * end of what is there from it on.
   */
  public int awaitBeyond(int offset, ReadScope scope) throws IOException {
    int there = reach(offset, arrived);
    if (there > offset) {
      return there;
    }
    lock.lock();
    try {
      while (reach(offset, arrived) <= offset && outcome == null) {
        long nanos = scope.deadlineNanos() - System.nanoTime();
        if (nanos <= 0) {
          break;
        }
        progress.await(nanos, TimeUnit.NANOSECONDS);
      }
      return reach(offset, arrived);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for byte " + offset, e);
    } finally {
      lock.unlock();
    }
  }

  /** What a reader is told for whom the byte at {@code offset} did not come. */
  public Answer whyNoMore(int offset) {
    Answer ended = outcome;
    return ended == null || ended instanceof Answer.Complete
        ? new Answer.Failed("stalled at byte " + offset + " of " + length + " until the deadline")
        : ended;
  }

  private ByteBuffer room() {
    return Objects.requireNonNull(buffer, "bytes of a block that has no room yet");
  }

  private void tell(Runnable change) {
    List<Runnable> toCall;
    lock.lock();
    try {
      change.run();
      progress.signalAll();
      toCall = listeners;
    } finally {
      lock.unlock();
    }
    toCall.forEach(Runnable::run);
  }
}
