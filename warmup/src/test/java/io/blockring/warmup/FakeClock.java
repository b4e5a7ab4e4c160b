package io.blockring.warmup;

import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only when somebody sleeps or the test says so. */
final class FakeClock implements WarmupClock {
  private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  @Override
  public void sleepNanos(long duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    nanos.addAndGet(duration);
  }

  void advanceMillis(long millis) {
    nanos.addAndGet(millis * 1_000_000);
  }
}
