package io.blockring.client.rate;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Bytes that come at a rate. Whoever moves some takes them; what is taken beyond what is there the
 * next ones wait for, so that the rate holds on average. Safe for many threads.
 */
public final class TokenBucket {
  private static final double NANOS = 1e9;

  private final DoubleSupplier bytesPerSecond;
  private final double creditSeconds;
  private final LongSupplier nanoTime;
  // Both guarded by this; below 0 while more was taken than has come.
  private double bytes;
  private long filledNanos;

  /**
   * A full bucket.
   *
   * @param bytesPerSecond above 0; asked at every use
   * @param credit what an idle time leaves at most, as the time in which it comes
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  public TokenBucket(DoubleSupplier bytesPerSecond, Duration credit, LongSupplier nanoTime) {
    this.bytesPerSecond = bytesPerSecond;
    this.creditSeconds = credit.toNanos() / NANOS;
    this.nanoTime = nanoTime;
    this.bytes = Double.MAX_VALUE; // the credit, from the first look on
    this.filledNanos = nanoTime.getAsLong();
  }

  /**
   * How long until there is more than a part of the credit, and at least something; 0 when there
   * is. Takes nothing, so others may come first.
   *
   * @param reserved the part that others shall find, 0 to below 1
   */
  public synchronized long pauseNanos(double reserved) {
    double rate = fill();
    double floor = reserved * creditSeconds * rate;
    return bytes > floor ? 0 : Math.max(1, (long) ((floor - bytes) / rate * NANOS) + 1);
  }

  /** Takes bytes, there or not. */
  public synchronized void take(long count) {
    fill();
    bytes -= count;
  }

  /** Takes back what was taken and not moved. */
  public synchronized void giveBack(long count) {
    bytes += count;
  }

  /**
   * Takes bytes now.
   *
   * @return how long until they may move: until what was taken before has come
   */
  public synchronized long book(long count) {
    double rate = fill();
    long wait = bytes >= 0 ? 0 : (long) (-bytes / rate * NANOS);
    bytes -= count;
    return wait;
  }

  /** {@link #book}, and returns when they may move. */
  public void await(long count) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(book(count));
  }

  private double fill() {
    long now = nanoTime.getAsLong();
    double rate = bytesPerSecond.getAsDouble();
    bytes = Math.min(creditSeconds * rate, bytes + (now - filledNanos) / NANOS * rate);
    filledNanos = now;
    return rate;
  }
}
