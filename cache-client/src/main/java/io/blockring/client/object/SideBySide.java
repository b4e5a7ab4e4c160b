package io.blockring.client.object;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does something with each of many, a few at a time, on virtual threads. */
final class SideBySide {
  private SideBySide() {}

  /**
   * Returns when all are done. An interrupt of the caller is passed on to whoever works, and the
   * rest is still gone through: work that is interrupted ends at once.
   *
   * @param most at a time
   * @throws RuntimeException the first that some work threw, after the rest was done
   */
  static <T> void each(List<T> all, int most, String threadName, Consumer<T> work) {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable RuntimeException> broken = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(most, all.size()); i++) {
      threads.add(
          Thread.ofVirtual()
              .name(threadName)
              .start(
                  () -> {
                    for (int at = next.getAndIncrement();
                        at < all.size();
                        at = next.getAndIncrement()) {
                      try {
                        work.accept(all.get(at));
                      } catch (RuntimeException e) {
                        broken.compareAndSet(null, e);
                      }
                    }
                  }));
    }
    join(threads);
    RuntimeException first = broken.get();
    if (first != null) {
      throw first;
    }
  }

  private static void join(List<Thread> threads) {
    boolean wasInterrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          wasInterrupted = true;
          threads.forEach(Thread::interrupt);
        }
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
