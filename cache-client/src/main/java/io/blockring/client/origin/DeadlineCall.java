package io.blockring.client.origin;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Runs a blocking call on another thread, so that the caller is free at its deadline whatever the
 * call hangs in: a name look-up, a handshake, a credentials service, a disk. An abandoned call is
 * interrupted (which on a virtual thread closes the socket it waits on) and cleans up after itself.
 */
public final class DeadlineCall<T> extends FutureTask<T> {
  private final Consumer<T> discard;

  private DeadlineCall(Callable<T> call, Consumer<T> discard) {
    super(call);
    this.discard = discard;
  }

  /**
   * Returns what the call returns, or throws what it throws.
   *
   * @param threads runs the call; what it throws when it is full is passed on
   * @param discard takes a result that came too late, on the call's own thread
   * @param whenOrphaned runs once an abandoned call has really ended, on its own thread
   */
  public static <T> T run(
      Executor threads,
      Callable<T> call,
      Consumer<T> discard,
      Runnable whenOrphaned,
      long deadlineNanos)
      throws TimeoutException, InterruptedException, ExecutionException {
    DeadlineCall<T> task = new DeadlineCall<>(call, discard);
    threads.execute(
        () -> {
          task.run();
          if (task.isCancelled()) {
            whenOrphaned.run();
          }
        });
    try {
      return task.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (task.cancel(true)) {
        throw e;
      }
      return task.get(); // it ended in this very moment
    } catch (InterruptedException e) {
      if (!task.cancel(true)) {
        task.discardIfReturned();
        whenOrphaned.run();
      }
      throw e;
    }
  }

  @Override
  protected void set(T value) {
    super.set(value);
    if (isCancelled()) {
      discard.accept(value);
    }
  }

  private void discardIfReturned() {
    if (state() == State.SUCCESS) {
      discard.accept(resultNow());
    }
  }
}
