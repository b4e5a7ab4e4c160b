package io.blockring.warmup;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** Virtual threads for tasks, only so many at once: who brings one more waits. */
final class Crew implements AutoCloseable {
  private final int size;
  private final Semaphore free;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("warm-up-", 0).factory());

  Crew(int size) {
    this.size = size;
    this.free = new Semaphore(size);
  }

  /** Something to do. */
  interface Task {
    void run() throws InterruptedException;
  }

  void submit(Task task) throws InterruptedException {
    free.acquire();
    threads.execute(
        () -> {
          try {
            task.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // stopped; the thread ends here
          } finally {
            free.release();
          }
        });
  }

  /** Waits until every task has ended. */
  void join() throws InterruptedException {
    free.acquire(size);
    free.release(size);
  }

  /** Interrupts every task. */
  void stop() {
    threads.shutdownNow();
  }

  @Override
  public void close() {
    threads.close();
  }
}
