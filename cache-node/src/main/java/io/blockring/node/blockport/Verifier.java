package io.blockring.node.blockport;

import io.blockring.client.namespace.BlockRange;
import io.blockring.node.store.BlockLease;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Proves large resident ranges before their first byte leaves, for readers that do not check
 * themselves. Few threads of its own: proving 4 MiB would hold up an event loop.
 */
final class Verifier implements AutoCloseable {
  private static final int PIECE_BYTES = 256 * 1024;

  private final ThreadPoolExecutor threads;
  private final ThreadLocal<ByteBuffer> scratch =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(PIECE_BYTES));

  Verifier(int threadCount, int queue) {
    this.threads =
        new ThreadPoolExecutor(
            threadCount,
            threadCount,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            Thread.ofPlatform().daemon().name("blockport-verify-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Waiting and running proofs, for a gauge. */
  int queued() {
    return threads.getQueue().size() + threads.getActiveCount();
  }

  /**
   * Fails with {@link IOException} when the bytes are not right, with {@link
   * RejectedExecutionException} when too many proofs wait.
   */
  CompletableFuture<Void> verify(BlockLease lease, BlockRange range) {
    CompletableFuture<Void> proved = new CompletableFuture<>();
    try {
      threads.execute(
          () -> {
            try {
              readThrough(lease, range);
              proved.complete(null);
            } catch (IOException | RuntimeException e) {
              proved.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      proved.completeExceptionally(e);
    }
    return proved;
  }

  private void readThrough(BlockLease lease, BlockRange range) throws IOException {
    ByteBuffer buffer = scratch.get();
    int end = range.offset() + range.length();
    for (int offset = range.offset(); offset < end; offset += buffer.limit()) {
      buffer.clear().limit(Math.min(PIECE_BYTES, end - offset));
      if (!lease.readAtOnce(offset, buffer, true)) {
        lease.readVerified(offset, buffer);
      }
    }
  }

  /**
   * Lets what runs end. Never interrupts: an interrupted thread would close the store's file under
   * its hands.
   */
  @Override
  public void close() {
    threads.shutdown();
  }
}
