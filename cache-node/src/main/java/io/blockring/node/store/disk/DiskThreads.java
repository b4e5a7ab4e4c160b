package io.blockring.node.store.disk;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The threads of one disk: platform threads, because blocked file I/O would hold the carriers of
 * virtual ones. Reads and writes have threads and a bounded queue each, so that neither starves the
 * other; what does not fit is refused at once.
 */
public final class DiskThreads {
  /**
   * Work for one thread.
   *
   * @param refused instead of {@code work}, should the disk fail while this waits
   */
  private record Task(Runnable work, Runnable refused, UnderWay underWay) implements Runnable {
    @Override
    public void run() {
      underWay.begins();
      try {
        work.run();
      } finally {
        underWay.ends();
      }
    }
  }

  private final ThreadPoolExecutor readers;
  private final ThreadPoolExecutor writers;
  private final UnderWay reads;
  private final UnderWay writes;
  private final LongAdder shed = new LongAdder();

  /**
   * @param name of the disk, in the threads' names
   * @param queueBound tasks that may wait, for reads and for writes each
   * @param nanoTime a monotonic clock
   */
  public DiskThreads(
      String name, int readThreads, int writeThreads, int queueBound, LongSupplier nanoTime) {
    reads = new UnderWay(nanoTime);
    writes = new UnderWay(nanoTime);
    readers = pool(name + "-read-", readThreads, queueBound);
    writers = pool(name + "-write-", writeThreads, queueBound);
  }

  /**
   * Runs a read soon; false when its queue is full.
   *
   * @param refused runs instead of it if {@link #refuseWaitingReads} comes first
   */
  public boolean tryRead(Runnable task, Runnable refused) {
    return tryRun(readers, new Task(task, refused, reads));
  }

  /**
   * Runs a write soon; false when its queue is full.
   *
   * @param refused runs instead of it if {@link #refuseWaitingWrites} comes first
   */
  public boolean tryWrite(Runnable task, Runnable refused) {
    return tryRun(writers, new Task(task, refused, writes));
  }

  /** The reads that wait for a thread are not to be done: who waits for them goes elsewhere. */
  public void refuseWaitingReads() {
    refuseWaiting(readers);
  }

  /** The writes that wait for a thread are not to be done: what they hold is let go now. */
  public void refuseWaitingWrites() {
    refuseWaiting(writers);
  }

  private static void refuseWaiting(ThreadPoolExecutor pool) {
    List<Runnable> waiting = new ArrayList<>();
    pool.getQueue().drainTo(waiting);
    for (Runnable task : waiting) {
      ((Task) task).refused().run();
    }
  }

  /** Reads that threads are busy with; a long one says how far it is by beginning again. */
  public UnderWay reads() {
    return reads;
  }

  /** Writes that threads are busy with. */
  public UnderWay writes() {
    return writes;
  }

  /** Tasks that wait for a thread. */
  public int queued() {
    return readers.getQueue().size() + writers.getQueue().size();
  }

  /** A task's turn came when nobody waited for it any more. */
  public void cameTooLate() {
    shed.increment();
  }

  /** Tasks that were not done because a queue was full or too slow. Only grows. */
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
