package io.blockring.node.http.s3;

import io.blockring.client.compression.LinkFrames;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.Rung;
import io.blockring.node.host.NicLine;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of one response. The first bytes go to the socket as they come and take the response's
 * head along, so that until then an error can still be answered properly. The others gather in a
 * segment; a full one, or the last, goes to the socket. At most {@link #WINDOW} segments are in
 * flight: {@link #claim} blocks its virtual thread until one is free, and gives up when the reader
 * takes nothing for the stall deadline.
 *
 * <p>Used by one thread. Writes complete on the event loop, which touches {@code window} and {@code
 * isBroken} only.
 */
final class BodySink implements ByteSink {
  /** Segments of one response that may be filled or on their way. */
  static final int WINDOW = 4;

  private final HttpReply reply;
  private final ReplyHead head;
  private final long length;
  private final SendBuffers buffers;
  private final S3Counters counters;
  private final long stallNanos;
  private final NicLine line;
  // Null when the body goes out as it is; decided before the first piece leaves.
  private @Nullable LinkCompressor compressor;
  private final Semaphore window = new Semaphore(WINDOW);
  private volatile boolean isBroken;

  private @Nullable ByteBuffer segment;
  private int filled;
  private int claimed;
  private long committed;
  private Rung deepest = Rung.MEMORY;

  BodySink(
      HttpReply reply,
      ReplyHead head,
      long length,
      SendBuffers buffers,
      S3Counters counters,
      Duration stallDeadline,
      NicLine line,
      @Nullable LinkCompressor compressor) {
    this.reply = reply;
    this.head = head;
    this.length = length;
    this.buffers = buffers;
    this.counters = counters;
    this.stallNanos = stallDeadline.toNanos();
    this.line = line;
    this.compressor = compressor;
  }

  @Override
  public ByteBuffer claim(int maxBytes) throws IOException {
    if (maxBytes < 1 || committed == length) {
      throw new IllegalArgumentException(
          "cannot claim " + maxBytes + " bytes after " + committed + " of " + length);
    }
    ByteBuffer room = segment;
    if (room == null) {
      takeTurn();
      room = buffers.take();
      segment = room;
    }
    claimed = (int) Math.min(Math.min(maxBytes, room.capacity() - filled), length - committed);
    return room.slice(filled, claimed);
  }

  @Override
  public void commit(int bytes, Rung rung) throws IOException {
    if (bytes < 0 || bytes > claimed) {
      throw new IllegalArgumentException(bytes + " bytes committed of " + claimed + " claimed");
    }
    claimed = 0;
    filled += bytes;
    committed += bytes;
    deepest = deepest.deeper(rung);
    counters.add(rung, bytes);
    ByteBuffer full = segment;
    boolean isDue = filled == committed || committed == length;
    if (full != null && filled > 0 && (isDue || filled == full.capacity())) {
      segment = null;
      send(full, filled);
      filled = 0;
    }
  }

  private void send(ByteBuffer full, int bytes) throws IOException {
    requireReader();
    ByteBuffer piece = full.slice(0, bytes);
    try {
      LinkCompressor packer = compressor;
      if (packer != null && !reply.isBegun()) {
        packer = packer.pays(piece) ? packer : null;
        compressor = packer;
        if (packer != null) {
          head.with(LinkFrames.ENCODING, LinkFrames.LZ4);
        }
      }
      if (packer == null) {
        write(full, length, RawConnection.wrap(piece));
      } else {
        sendFrame(packer, full, piece);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw gone();
    }
  }

  /** A frame's length is not known before, and so the body's is not. */
  private void sendFrame(LinkCompressor packer, ByteBuffer full, ByteBuffer piece)
      throws InterruptedException {
    ByteBuffer frame = buffers.take();
    if (packer.compress(piece, frame)) {
      buffers.giveBack(full);
      write(frame, HttpReply.UNKNOWN_LENGTH, RawConnection.wrap(frame.slice(0, frame.position())));
    } else {
      buffers.giveBack(frame);
      ByteBuffer header = LinkFrames.plainHeader(piece);
      write(full, HttpReply.UNKNOWN_LENGTH, RawConnection.wrap(header, piece));
    }
  }

  /**
   * @param lent is given back when the write has completed
   */
  private void write(ByteBuffer lent, long bodyLength, Buffer bytes) throws InterruptedException {
    line.pass(bytes.length());
    Future<Void> write = reply.write(head, bodyLength, deepest, bytes, committed == length);
    write.onComplete(
        done -> {
          if (done.failed()) {
            isBroken = true;
          }
          // Either way Netty has let go of the memory.
          buffers.giveBack(lent);
          window.release();
        });
  }

  long committed() {
    return committed;
  }

  /** Waits until the kernel has every byte that was committed. */
  void finish() throws IOException {
    for (int i = 0; i < WINDOW; i++) {
      takeTurn();
    }
    requireReader();
  }

  private void takeTurn() throws IOException {
    try {
      if (!window.tryAcquire(stallNanos, TimeUnit.NANOSECONDS)) {
        throw new ReaderGoneException(
            "the reader took no bytes for "
                + Duration.ofNanos(stallNanos)
                + ", it has been given "
                + committed
                + " of "
                + length,
            true);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw gone();
    }
    requireReader();
  }

  private void requireReader() throws ReaderGoneException {
    if (isBroken || Thread.currentThread().isInterrupted()) {
      throw gone();
    }
  }

  private ReaderGoneException gone() {
    return new ReaderGoneException(
        "the reader closed its connection, it had been given "
            + committed
            + " of "
            + length
            + " bytes",
        false);
  }
}
