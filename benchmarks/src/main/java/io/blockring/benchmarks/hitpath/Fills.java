package io.blockring.benchmarks.hitpath;

import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Makes a node fetch block after block of an object that it does not have, at a steady rate. */
final class Fills implements AutoCloseable {
  private static final int BLOCK_BYTES = 4 << 20;

  private final ServingNode node;
  private final long nanosPerBlock;
  private final long start = System.nanoTime();
  private final Thread thread;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean isOver;
  private volatile long blocks;

  private Fills(ServingNode node, int megabytesPerSecond) {
    this.node = node;
    this.nanosPerBlock = BLOCK_BYTES * 1_000L / megabytesPerSecond;
    this.thread = Thread.ofPlatform().unstarted(this::run);
  }

  static Fills start(ServingNode node, int megabytesPerSecond) {
    Fills fills = new Fills(node, megabytesPerSecond);
    fills.thread.start();
    return fills;
  }

  /** Asks for one cell of each block: the node fetches all of it. */
  private void run() {
    ByteBuffer cell = ByteBuffer.allocateDirect(4096);
    try {
      while (!isOver && (blocks + 1) * BLOCK_BYTES < Servers.COLD_BYTES) {
        node.readCold(blocks * BLOCK_BYTES, cell.clear(), ReadScope.forReader(30_000));
        blocks++;
        LockSupport.parkNanos(start + blocks * nanosPerBlock - System.nanoTime());
      }
    } catch (ReadException | RuntimeException e) {
      failure.set(e);
    }
  }

  /** What came in, from the start until now. */
  double megabytesPerSecond() throws IOException {
    Throwable failed = failure.get();
    if (failed != null) {
      throw new IOException("the fills ended: " + failed.getMessage(), failed);
    }
    return blocks * (BLOCK_BYTES / 1e6) / ((System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() throws InterruptedException {
    isOver = true;
    thread.join(TimeUnit.SECONDS.toMillis(60));
  }
}
