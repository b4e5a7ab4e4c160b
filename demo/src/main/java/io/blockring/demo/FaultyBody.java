package io.blockring.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** Passes a body on, with the fault that its request got. */
final class FaultyBody implements HttpInput.Piece {

  /** The fault says that the reader gets no more. */
  static final class Ended extends IOException {
    private static final long serialVersionUID = 1L;

    Ended(long bytes) {
      super("body ended on purpose after " + bytes + " bytes");
    }
  }

  private static final int SLOW_PIECE_BYTES = 16 * 1024;

  private final OutputStream out;
  private final OriginFault fault;
  private final IntConsumer onBytes;
  private long passed;
  private long begunNanos;

  FaultyBody(OutputStream out, OriginFault fault, IntConsumer onBytes) {
    this.out = out;
    this.fault = fault;
    this.onBytes = onBytes;
  }

  @Override
  public void take(byte[] bytes, int offset, int length) throws IOException {
    if (fault instanceof OriginFault.Slow slow) {
      for (int done = 0; done < length; done += SLOW_PIECE_BYTES) {
        keepPace(slow);
        pass(bytes, offset + done, Math.min(SLOW_PIECE_BYTES, length - done));
      }
    } else {
      pass(bytes, offset, length);
    }
  }

  private void keepPace(OriginFault.Slow slow) {
    if (passed == 0) {
      begunNanos = System.nanoTime();
      slow.onFirstByte().run();
    }
    long dueNanos = begunNanos + passed * 1_000_000_000L / slow.bytesPerSecond();
    long early = dueNanos - System.nanoTime();
    while (early > 0) {
      LockSupport.parkNanos(early);
      early = dueNanos - System.nanoTime();
    }
  }

  private void pass(byte[] bytes, int offset, int length) throws IOException {
    int allowed = (int) Math.min(length, limit() - passed);
    if (fault instanceof OriginFault.Flip(long at) && at >= passed && at < passed + length) {
      bytes[offset + (int) (at - passed)] ^= 1;
    }
    // Before they leave: who has got them finds them counted.
    onBytes.accept(allowed);
    out.write(bytes, offset, allowed);
    out.flush();
    passed += allowed;
    if (allowed < length) {
      throw new Ended(passed);
    }
  }

  private long limit() {
    return switch (fault) {
      case OriginFault.Cut cut -> cut.bodyBytes();
      case OriginFault.Stall stall -> stall.bodyBytes();
      case OriginFault.Refuse _,
          OriginFault.Delay _,
          OriginFault.Hang _,
          OriginFault.Slow _,
          OriginFault.Flip _ ->
          Long.MAX_VALUE;
    };
  }
}
