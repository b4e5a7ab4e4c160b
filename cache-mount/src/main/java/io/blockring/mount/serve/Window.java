package io.blockring.mount.serve;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.memory.ByteBudget;
import io.blockring.mount.kernel.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A range of one version on its way into a borrowed buffer, from which the kernel takes what it
 * asks for as soon as that has arrived. The buffer goes back when the last holder has let go;
 * whoever makes a window is its first holder.
 */
final class Window {
  private final OpenObject object;
  private final long start;
  private final int length;
  private final ByteBudget.Loan loan;
  private final ByteBuffer bytes;
  private final AtomicInteger holders = new AtomicInteger(1);
  private final AtomicInteger served = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  // Guarded by lock.
  private int arrived;
  private boolean isEnded;
  private @Nullable Refusal failure;

  /**
   * @param length at most what the loan's buffer holds
   */
  Window(OpenObject object, long start, int length, ByteBudget.Loan loan) {
    this.object = object;
    this.start = start;
    this.length = length;
    this.loan = loan;
    this.bytes = loan.buffer();
  }

  long start() {
    return start;
  }

  boolean covers(long offset, int count) {
    return offset >= start && offset + count <= start + length;
  }

  /** One holder more, unless all have let go. */
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
      loan.close();
    }
  }

  /** Fetches everything, going on at the first missing byte while that may help. */
  void fetch(Namespace cluster, ReadScope scope) throws Refusal {
    Arrival arrival = new Arrival();
    try {
      Patience.ask(scope, () -> read(cluster, arrival, scope));
      end(null);
    } catch (Refusal e) {
      end(e);
      throw e;
    } catch (RuntimeException | Error e) {
      end(new Refusal(Errno.EIO, object.name() + ": " + e));
      throw e;
    }
  }

  private Rung read(Namespace cluster, ByteSink arrival, ReadScope scope) throws ReadException {
    int from = arrived();
    try {
      return cluster.read(object, start + from, length - from, arrival, scope);
    } catch (IOException e) {
      throw new IllegalStateException("a window refused bytes", e);
    }
  }

  /**
   * Waits until these bytes are there.
   *
   * @throws Refusal why they will not come, or that they did not until the deadline
   */
  void await(long offset, int count, ReadScope scope) throws Refusal {
    int needed = (int) (offset - start) + count;
    lock.lock();
    try {
      long left = scope.deadlineNanos() - System.nanoTime();
      while (arrived < needed && !isEnded && left > 0) {
        left = Math.min(change.awaitNanos(left), scope.deadlineNanos() - System.nanoTime());
      }
      if (arrived < needed) {
        throw failure != null
            ? failure
            : new Refusal(
                Errno.EIO, object.name() + ": bytes " + offset + "+" + count + " came too late");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(Errno.EIO, "interrupted");
    } finally {
      lock.unlock();
    }
  }

  /** Bytes that have arrived; valid while the window is held. */
  ByteBuffer bytes(long offset, int count) {
    return bytes.slice((int) (offset - start), count);
  }

  /**
   * The kernel has taken so many bytes.
   *
   * @return whether it has taken as many as there are: it keeps them itself now
   */
  boolean isTakenAfter(int count) {
    return served.addAndGet(count) >= length;
  }

  boolean isEnded() {
    lock.lock();
    try {
      return isEnded;
    } finally {
      lock.unlock();
    }
  }

  boolean isFailed() {
    lock.lock();
    try {
      return failure != null;
    } finally {
      lock.unlock();
    }
  }

  private int arrived() {
    lock.lock();
    try {
      return arrived;
    } finally {
      lock.unlock();
    }
  }

  private void end(@Nullable Refusal why) {
    lock.lock();
    try {
      isEnded = true;
      failure = why;
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes verified bytes straight into their place. */
  private final class Arrival implements ByteSink {
    @Override
    public ByteBuffer claim(int maxBytes) {
      int at = arrived();
      return bytes.slice(at, Math.min(maxBytes, length - at));
    }

    @Override
    public void commit(int count, Rung rung) {
      lock.lock();
      try {
        arrived += count;
        change.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
