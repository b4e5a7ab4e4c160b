package io.blockring.node.store.disk;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Which threads are in the hands of a disk and since when, so that another, which is not, can see
 * that it hangs. Safe for many threads.
 */
public final class UnderWay {
  private final ConcurrentMap<Thread, Long> since = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  public UnderWay(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** This thread asks the disk for something, or has just got an answer and asks for more. */
  public void begins() {
    since.put(Thread.currentThread(), nanoTime.getAsLong());
  }

  /** This thread has what it asked for. */
  public void ends() {
    since.remove(Thread.currentThread());
  }

  /**
   * For how long none of the threads that wait has got an answer; zero when none waits. Busy is a
   * disk that answers others meanwhile; one that answers nobody hangs.
   */
  public Duration standstill() {
    long now = nanoTime.getAsLong();
    long latest = Long.MAX_VALUE;
    for (long start : since.values()) {
      latest = Math.min(latest, now - start);
    }
    return latest == Long.MAX_VALUE ? Duration.ZERO : Duration.ofNanos(latest);
  }

  /** Since when the thread that has waited longest waits; zero when none does. */
  public Duration longest() {
    long now = nanoTime.getAsLong();
    long longest = 0;
    for (long start : since.values()) {
      longest = Math.max(longest, now - start);
    }
    return Duration.ofNanos(longest);
  }
}
