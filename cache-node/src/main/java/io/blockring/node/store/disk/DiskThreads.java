package io.blockring.node.store.disk;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The threads of one disk: platform threads, because blocked file I/O would hold the carriers of
 * virtual ones. Reads and writes have threads and a bounded queue each, so that neither starves the
 * other; what does not fit is refused at once.
 */
public final class DiskThreads {
  private final ThreadPoolExecutor readers;
  private final ThreadPoolExecutor writers;
  private final LongAdder shed = new LongAdder();

  /**
   * @param name of the disk, in the threads' names
   * @param queueBound tasks that may wait, for reads and for writes each
   */
  public DiskThreads(String name, int readThreads, int writeThreads, int queueBound) {
    readers = pool(name + "-read-", readThreads, queueBound);
    writers = pool(name + "-write-", writeThreads, queueBound);
  }

  /** Runs a read soon; false when its queue is full. */
  public boolean tryRead(Runnable task) {
    return tryRun(readers, task);
  }

  /** Runs a write soon; false when its queue is full. */
  public boolean tryWrite(Runnable task) {
    return tryRun(writers, task);
  }

  /** Tasks that wait for a thread. */
  public int queued() {
    return readers.getQueue().size() + writers.getQueue().size();
  }

  /** Tasks that were refused because a queue was full. Only grows. */
  public long shed() {
    return shed.sum();
  }

  /**
   * Takes no more tasks and waits for those it has.
   *
   * @return false when some still run, or hang in the device, after {@code patience}
   */
  public boolean finish(Duration patience) {
    readers.shutdown();
    writers.shutdown();
    long deadline = System.nanoTime() + patience.toNanos();
    boolean isWritten = isDone(writers, deadline);
    return isDone(readers, deadline) && isWritten;
  }

  private static boolean isDone(ThreadPoolExecutor pool, long deadline) {
    try {
      long rest = Math.max(0, deadline - System.nanoTime());
      return pool.awaitTermination(rest, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean tryRun(ThreadPoolExecutor pool, Runnable task) {
    try {
      pool.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      shed.increment();
      return false;
    }
  }

  private static ThreadPoolExecutor pool(String name, int threads, int queueBound) {
    return new ThreadPoolExecutor(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(queueBound),
        Thread.ofPlatform().daemon().name(name, 0).factory());
  }
}
