package io.blockring.client.origin.file;

import io.blockring.client.origin.DeadlineCall;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLimiter;
import io.blockring.client.origin.OriginLimiter.Permit;
import io.blockring.client.origin.OriginLimiter.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The named platform threads that touch one directory's disk, as blocked file reads would starve
 * virtual threads. As many tasks as threads: who comes on top waits at the limiter, in its bounded
 * queue. A task that hangs in the kernel keeps its thread and its turn until it comes back.
 */
final class DiskThreads implements AutoCloseable {
  private static final long IDLE_SECONDS = 30;

  private final DirectoryRoot root;
  private final OriginLimiter limiter;
  private final ThreadPoolExecutor threads;

  DiskThreads(DirectoryRoot root, int count, OriginLimiter limiter) {
    this.root = root;
    this.limiter = limiter;
    this.threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            // Never more than one task for each thread: the limiter is the queue.
            new ArrayBlockingQueue<>(count),
            Thread.ofPlatform().daemon().name("file-origin-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Something to do on a disk. */
  interface Task<T> {
    T run() throws IOException, OriginException;
  }

  /**
   * Runs a task, or gives up at the deadline.
   *
   * @param discard takes a result that came too late
   * @param whenFailed runs when there is no result, once the task has really ended
   */
  <T> T call(
      String what, long deadlineNanos, Task<T> task, Consumer<T> discard, Runnable whenFailed)
      throws OriginException {
    Permit permit;
    try {
      permit = limiter.acquire(deadlineNanos);
    } catch (OriginException e) {
      whenFailed.run();
      throw e;
    }
    Runnable giveUp =
        () -> {
          permit.release(Verdict.NEUTRAL);
          whenFailed.run();
        };
    try {
      T result = DeadlineCall.run(threads, task::run, discard, giveUp, deadlineNanos);
      permit.release(Verdict.SUCCEEDED);
      return result;
    } catch (TimeoutException e) {
      throw new OriginException(
          Kind.UNAVAILABLE, what + ": the disk did not answer in time", Duration.ZERO, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw OriginException.ofCaller(Kind.UNAVAILABLE, what + ": interrupted", Duration.ZERO, e);
    } catch (RejectedExecutionException e) {
      giveUp.run();
      throw new OriginException(
          Kind.UNAVAILABLE, what + ": the origin was closed", Duration.ZERO, e);
    } catch (ExecutionException e) {
      giveUp.run();
      throw known(what, e.getCause());
    }
  }

  private OriginException known(String what, @Nullable Throwable thrown) {
    return switch (thrown) {
      case OriginException known -> known;
      case IOException e -> root.translate(what, e);
      case null, default ->
          new OriginException(Kind.UNAVAILABLE, what + ": " + thrown, Duration.ZERO, thrown);
    };
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
