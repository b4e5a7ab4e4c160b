package io.blockring.node.http.admin;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Lets a handler's thread write to its response, which may be touched on its event loop only, and
 * wait for the socket to take it.
 */
record LoopWrites(Context eventLoop) {

  /** Does something to the response where that is allowed. */
  CompletableFuture<Void> begin(Supplier<Future<Void>> action) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    eventLoop.runOnContext(
        now -> {
          try {
            action.get().onComplete(ok -> done.complete(null), done::completeExceptionally);
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  /**
   * @throws IOException when the socket is closed or takes nothing for so long
   */
  static void await(CompletableFuture<Void> write, Duration stall) throws IOException {
    try {
      write.get(stall.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the reader is gone or took no byte: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the reader is gone");
    }
  }
}
