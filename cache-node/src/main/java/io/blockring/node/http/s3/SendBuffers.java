package io.blockring.node.http.s3;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Direct memory on its way to sockets: segments of one size, used again and again.
 *
 * <p>Vert.x never releases a pooled Netty buffer that it is given, so these are plain direct
 * buffers, lent to Vert.x for one write and taken back when that write has completed: sources write
 * into them and the kernel reads from them, nothing is copied in between.
 *
 * <p>No more are ever lent than {@code requests at once * } {@link BodySink#WINDOW}.
 */
final class SendBuffers {
  static final int SEGMENT_BYTES = 128 * 1024;

  private final ArrayBlockingQueue<ByteBuffer> free;

  SendBuffers(int maxSegments) {
    this.free = new ArrayBlockingQueue<>(maxSegments);
  }

  /** A segment with any content, position 0 and limit {@link #SEGMENT_BYTES}. */
  ByteBuffer take() {
    ByteBuffer segment = free.poll();
    return segment != null ? segment.clear() : ByteBuffer.allocateDirect(SEGMENT_BYTES);
  }

  /**
   * Takes a segment back that nobody will touch again. One that a source might still write into
   * (its read was interrupted) is left to the garbage collector instead.
   */
  void giveBack(ByteBuffer segment) {
    free.offer(segment);
  }

  /** How many lie idle. */
  int idle() {
    return free.size();
  }
}
