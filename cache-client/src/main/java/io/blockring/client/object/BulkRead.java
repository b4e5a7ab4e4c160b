package io.blockring.client.object;

import io.blockring.client.ReadException;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Several ranges into their places in one buffer at once, on virtual threads. The first failure
 * stops the rest, and no thread writes into the buffer after {@link #run} has returned.
 */
final class BulkRead {

  /** Reads one range into its place. */
  @FunctionalInterface
  interface Piece {
    Rung read(BlockRange range, ByteSink place) throws ReadException, IOException;
  }

  private final Piece piece;
  private final Semaphore turns;
  // Guarded by this.
  private @Nullable ReadException failure;
  private Rung deepest = Rung.MEMORY;
  private volatile boolean isStopped;

  BulkRead(Piece piece, int parallel) {
    this.piece = piece;
    this.turns = new Semaphore(parallel);
  }

  /**
   * Fills the target from its position on with the ranges, which together have its remaining
   * length.
   *
   * @return the deepest rung
   */
  Rung run(List<BlockRange> ranges, ByteBuffer target, String traceId) throws ReadException {
    List<Thread> threads = new ArrayList<>();
    int at = target.position();
    for (BlockRange range : ranges) {
      ByteBuffer place = target.slice(at, range.length());
      at += range.length();
      threads.add(Thread.ofVirtual().name("bulk-" + traceId).start(() -> one(range, place)));
    }
    threads.forEach(this::join);
    synchronized (this) {
      if (failure != null) {
        throw failure;
      }
      return deepest;
    }
  }

  private void one(BlockRange range, ByteBuffer place) {
    turns.acquireUninterruptibly();
    try {
      if (!isStopped) {
        succeed(piece.read(range, new Place(place)));
      }
    } catch (ReadException e) {
      fail(e);
    } catch (IOException | RuntimeException e) {
      fail(
          new ReadException(
              ReadException.Kind.UNAVAILABLE, range + ": " + e.getMessage(), Duration.ZERO, e));
    } finally {
      turns.release();
    }
  }

  /**
   * Waits to the end even when interrupted: pieces then stop at their next claim, so that is short.
   */
  private void join(Thread thread) {
    boolean wasInterrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        wasInterrupted = true;
        fail(new ReadException(ReadException.Kind.UNAVAILABLE, "interrupted", Duration.ZERO, e));
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void succeed(Rung rung) {
    deepest = deepest.deeper(rung);
  }

  private synchronized void fail(ReadException e) {
    isStopped = true;
    if (failure == null) {
      failure = e;
    }
  }

  /** A piece of the caller's buffer: bytes land in their final place. */
  private final class Place implements ByteSink {
    private final ByteBuffer place;

    Place(ByteBuffer place) {
      this.place = place;
    }

    @Override
    public ByteBuffer claim(int maxBytes) throws IOException {
      if (isStopped) {
        throw new IOException("another piece of this read failed");
      }
      return place.slice(place.position(), Math.min(maxBytes, place.remaining()));
    }

    @Override
    public void commit(int bytes, Rung rung) {
      place.position(place.position() + bytes);
    }
  }
}
