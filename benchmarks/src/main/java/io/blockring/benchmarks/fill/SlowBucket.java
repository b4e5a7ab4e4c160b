package io.blockring.benchmarks.fill;

import io.blockring.demo.EmbeddedBucket;
import io.blockring.demo.OriginFault;
import io.blockring.demo.OriginRequest;
import io.blockring.demo.OriginRequest.Operation;
import io.blockring.demo.OriginTraffic;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A bucket whose bodies come at a fixed rate each; remembers when the first byte of one left. */
final class SlowBucket {
  private final EmbeddedBucket bucket;
  private final long bytesPerSecond;
  private final AtomicLong firstByteNanos = new AtomicLong();
  private volatile long thinkNanos;
  private OriginTraffic before;

  SlowBucket(EmbeddedBucket bucket, long bytesPerSecond) {
    this.bucket = bucket;
    this.bytesPerSecond = bytesPerSecond;
    this.before = bucket.proxy().traffic();
    bucket.proxy().breakWith(this::pace);
  }

  private OriginFault pace(OriginRequest request) {
    if (request.operation() == Operation.GET) {
      think();
    }
    return request.operation() == Operation.GET
        ? new OriginFault.Slow(
            bytesPerSecond, () -> firstByteNanos.compareAndSet(0, System.nanoTime()))
        : OriginFault.NONE;
  }

  /** As long as a bucket takes before a body's first byte, on the thread of its connection. */
  private void think() {
    long due = System.nanoTime() + thinkNanos;
    for (long left = thinkNanos; left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** From now on that long. */
  void thinksFor(Duration time) {
    thinkNanos = time.toNanos();
  }

  /** From here on the first byte, requests and bytes are counted anew. */
  void reset() {
    before = bucket.proxy().traffic();
    firstByteNanos.set(0);
  }

  /** The next body's first byte is the one to remember. */
  void nextFirstByte() {
    firstByteNanos.set(0);
  }

  long bytesPerSecond() {
    return bytesPerSecond;
  }

  /** On {@link System#nanoTime}'s clock. */
  long firstByteNanos() {
    return firstByteNanos.get();
  }

  OriginTraffic asked() {
    return bucket.proxy().traffic().since(before);
  }

  /** Waits until it has given so many bytes since the last reset, at most a minute. */
  void awaitBytes(long bytes) throws InterruptedException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (asked().bytes(Operation.GET) < bytes) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the bucket gave " + asked().bytes(Operation.GET) + " of " + bytes + " bytes");
      }
      Thread.sleep(5);
    }
  }
}
