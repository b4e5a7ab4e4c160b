package io.blockring.node.membership;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, for a stated time at most. */
public final class Eventually {
  private Eventually() {}

  /**
   * Returns when the condition holds.
   *
   * @return how long that took
   */
  public static Duration within(Duration limit, BooleanSupplier condition, Supplier<?> state)
      throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        throw new AssertionError("not within " + limit.toMillis() + " ms; now: " + state.get());
      }
      Thread.sleep(10);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
