package io.blockring.node.blockport;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.Rung;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A fill that goes on when a test says so. Counts who holds it. */
final class FakeFilling implements Filling {
  final AtomicInteger openings = new AtomicInteger();
  final AtomicInteger closings = new AtomicInteger();
  final CountDownLatch listenedTo = new CountDownLatch(1);
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ByteBuffer bytes;
  private volatile int available;
  private volatile boolean mayBeLeft;
  private volatile boolean isLeftToSlot;
  private volatile @Nullable Answer outcome;

  FakeFilling(byte[] content) {
    this.bytes = ByteBuffer.allocateDirect(content.length).put(content).flip();
  }

  FakeFilling opened() {
    openings.incrementAndGet();
    return this;
  }

  /** So many more bytes are there. */
  void advance(int more) {
    available += more;
    listeners.forEach(Runnable::run);
  }

  void end(Answer answer) {
    outcome = answer;
    listeners.forEach(Runnable::run);
  }

  void complete() {
    available = bytes.limit();
    end(new Answer.Complete());
  }

  @Override
  public int length() {
    return bytes.limit();
  }

  int available() {
    return available;
  }

  @Override
  public int availableFrom(int offset) {
    return Math.max(0, available - offset);
  }

  @Override
  public Rung rung() {
    return Rung.ORIGIN;
  }

  @Override
  public @Nullable Answer outcome() {
    return outcome;
  }

  @Override
  public boolean read(int offset, ByteBuffer target) {
    if (offset + target.remaining() > available) {
      throw new IndexOutOfBoundsException(offset + "+" + target.remaining() + " of " + available);
    }
    if (closings.get() >= openings.get()) {
      throw new IllegalStateException("used after it was closed");
    }
    if (isLeftToSlot) {
      return false;
    }
    target.put(bytes.slice(offset, target.remaining()));
    return true;
  }

  @Override
  public void leaveToSlot() {
    mayBeLeft = true;
  }

  /** The block is in its slot, and who lags may read it there. */
  void giveBack() {
    if (mayBeLeft) {
      isLeftToSlot = true;
    }
  }

  @Override
  public void onProgress(Runnable listener) {
    listeners.add(listener);
    listener.run();
    listenedTo.countDown();
  }

  @Override
  public void close() {
    closings.incrementAndGet();
  }
}
