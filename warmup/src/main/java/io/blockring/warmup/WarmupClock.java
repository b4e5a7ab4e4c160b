package io.blockring.warmup;

import java.util.concurrent.TimeUnit;

/** Time, so that tests need not wait for it. */
interface WarmupClock {

  WarmupClock SYSTEM =
      new WarmupClock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleepNanos(long nanos) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(nanos);
        }
      };

  long nanoTime();

  void sleepNanos(long nanos) throws InterruptedException;
}
