package io.blockring.client.object;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Does something with each of many, a few at a time, on virtual threads. */
final class SideBySide {
  private SideBySide() {}

  /**
   * Returns when all are done. An interrupt of the caller is passed on to whoever works, and the
   * rest is still gone through: work that is interrupted ends at once.
   *
   * @param most at a time
   * @param work throws nothing; where it did, the rest would be done by fewer threads or not at all
   */
  static <T> void each(List<T> all, int most, String threadName, Consumer<T> work) {
    AtomicInteger next = new AtomicInteger();
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
                      work.accept(all.get(at));
                    }
                  }));
    }
    join(threads);
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
