package io.blockring.node.blockport;

import io.blockring.client.ladder.Answer;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.Refusal;
import io.blockring.client.peer.Trouble;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A reply from a block that is being filled: its bytes leave as they come in, framed for verified
 * readers. What waits for the kernel is bounded by the channel's water mark; the bytes themselves
 * are the filling's, so it is held until the last of them is with the kernel.
 */
final class FillingReply implements Reply {
  private static final long NEXT_SIGN_NANOS =
      TimeUnit.MILLISECONDS.toNanos(BlockWire.NEXT_SIGN_MILLIS);

  private final Exchange exchange;
  private final PortContext port;
  private final BlockRequest request;
  private final BlockRange range;
  private final Filling filling;
  private final AtomicBoolean isPumpDue = new AtomicBoolean();
  private final CRC32C crc = new CRC32C();
  private int writesUnderWay;
  private int sent;
  private int heartbeatsLeft;
  private boolean isHeadSent;
  private long movedNanos;
  private boolean isTurnOver;
  private boolean isPumping;
  private boolean isClosing;
  private boolean isReleased;

  FillingReply(
      Exchange exchange,
      PortContext port,
      BlockRequest request,
      BlockRange range,
      Filling filling) {
    this.exchange = exchange;
    this.port = port;
    this.request = request;
    this.range = range;
    this.filling = filling;
  }

  void start() {
    if (filling.length() != range.blockLength()) {
      abandon();
      exchange.refuse(
          new Trouble(
              Refusal.FAILED,
              "block "
                  + range.key()
                  + " is filled with "
                  + filling.length()
                  + " bytes, by the object's size it has "
                  + range.blockLength()));
      return;
    }
    filling.onProgress(this::progressed);
    pump();
  }

  /** On any thread. */
  private void progressed() {
    if (isPumpDue.compareAndSet(false, true)) {
      exchange.onLoop(
          () -> {
            isPumpDue.set(false);
            pump();
          });
    }
  }

  @Override
  public void writable() {
    pump();
  }

  /** Sends what is there, as far as the connection takes it. */
  private void pump() {
    // A flush may call back that the connection takes bytes again, right into the middle of this.
    if (isClosing || isTurnOver || isPumping) {
      return;
    }
    isPumping = true;
    try {
      pumpOnce();
    } finally {
      isPumping = false;
    }
  }

  private void pumpOnce() {
    // In this order: once there is an outcome, what is available does not change any more.
    Answer outcome = filling.outcome();
    int available = Math.clamp((long) filling.available() - range.offset(), 0, range.length());
    if (!isHeadSent && !begin(available, outcome)) {
      return;
    }
    sendPieces(available);
    if (sent == range.length()) {
      finish();
    } else if (outcome != null && nextPiece(available) == 0) {
      breakOff(troubleOf(outcome));
    }
  }

  /** Sends the head if the first piece is there, or refuses if it never will be. */
  private boolean begin(int available, @Nullable Answer outcome) {
    if (nextPiece(available) > 0) {
      sendHead(available);
      return true;
    }
    if (outcome == null) {
      exchange.waits();
    } else {
      abandon();
      exchange.refuse(troubleOf(outcome));
    }
    return false;
  }

  private Trouble troubleOf(Answer outcome) {
    return outcome instanceof Answer.Complete
        ? new Trouble(
            Refusal.FAILED, "the fill of block " + range.key() + " ended without all its bytes")
        : Trouble.of(outcome);
  }

  /** How many bytes can leave next; verified readers get whole frames only. */
  private int nextPiece(int available) {
    int frame = Math.min(BlockWire.FRAME_BYTES, range.length() - sent);
    int there = Math.min(frame, available - sent);
    return there == frame || !request.isVerified() ? there : 0;
  }

  private void sendHead(int available) {
    isHeadSent = true;
    boolean isAllThere = available == range.length();
    if (!isAllThere) {
      // From here on signs are empty frames, and the deadline breaks off.
      exchange.waits();
      heartbeatsLeft =
          request.isVerified() ? BlockWire.heartbeats(request.scope().remainingMillis()) : 0;
    }
    ByteBuf head = exchange.buffer(ReplyHeads.HEAD_BYTES);
    ReplyHeads.data(
        head,
        request,
        range,
        filling.rung(),
        request.isVerified() ? BlockWire.FILLING : null,
        request.isVerified() ? heartbeatsLeft : -1,
        request.isVerified()
            ? BlockWire.fillingBytes(range.length(), heartbeatsLeft)
            : range.length(),
        port.ring().get(),
        exchange.isLast());
    exchange.headLeaves(
        request.isVerified() ? BlockWire.FILLING : "plain",
        request.range() == null && !request.isVerified() ? 200 : 206);
    write(head, false);
  }

  private void sendPieces(int available) {
    int turn = 0;
    int piece = nextPiece(available);
    while (piece > 0 && turn < port.settings().turnBytes() && exchange.isWritable()) {
      sendPiece(piece);
      turn += piece;
      piece = nextPiece(available);
    }
    exchange.flush();
    if (piece > 0 && exchange.isWritable()) {
      isTurnOver = true;
      exchange.nextTurn(
          () -> {
            isTurnOver = false;
            pump();
          });
    }
  }

  private void sendPiece(int length) {
    ByteBuffer bytes = filling.bytes(range.offset() + sent, length);
    if (request.isVerified()) {
      crc.reset();
      crc.update(bytes.duplicate());
      write(frameHead(length, (int) crc.getValue()), false);
    }
    write(Unpooled.wrappedBuffer(bytes), false);
    sent += length;
    movedNanos = System.nanoTime();
    port.sent(request, filling.rung(), length);
  }

  private ByteBuf frameHead(int length, int checksum) {
    return exchange.buffer(BlockWire.FRAME_HEAD_BYTES).writeInt(length).writeInt(checksum);
  }

  /**
   * An empty frame, unless bytes have moved just now or wait for the reader. So never more than 300
   * ms go by without a byte.
   */
  @Override
  public void sign() {
    boolean isQuiet = System.nanoTime() - movedNanos > NEXT_SIGN_NANOS / 2 && writesUnderWay == 0;
    if (isHeadSent && !isClosing && isQuiet && heartbeatsLeft > 0) {
      heartbeatsLeft--;
      port.counters().signsOfLife.increment();
      write(frameHead(0, 0), true);
    }
  }

  /** The empty frames that were not needed make the length true. */
  private void finish() {
    isClosing = true;
    int padding = heartbeatsLeft * BlockWire.FRAME_HEAD_BYTES;
    write(exchange.buffer(Math.max(1, padding)).writeZero(padding), true, exchange::end);
  }

  /**
   * A verified reader is told why in a frame, and then the connection ends in order: a reset could
   * overtake the frame. The reply stays short of its length, so nobody takes it for whole.
   */
  @Override
  public void breakOff(Trouble trouble) {
    if (isClosing) {
      return;
    }
    long left =
        BlockWire.fillingBytes(range.length() - sent, heartbeatsLeft)
            - BlockWire.FRAME_HEAD_BYTES
            - 1;
    byte[] payload = trouble.toFrame((int) Math.min(left, BlockWire.MAX_REASON_BYTES));
    if (!request.isVerified()) {
      isClosing = true;
      exchange.reset();
      return;
    }
    isClosing = true;
    crc.reset();
    crc.update(payload);
    ByteBuf frame = frameHead(BlockWire.TROUBLE_FLAG | payload.length, (int) crc.getValue());
    write(frame.writeBytes(payload), true, exchange::endBrokenOff);
  }

  private void write(ByteBuf bytes, boolean isFlushed) {
    write(bytes, isFlushed, () -> {});
  }

  private void write(ByteBuf bytes, boolean isFlushed, Runnable whenWritten) {
    writesUnderWay++;
    exchange.write(
        bytes,
        isFlushed,
        isWritten -> {
          writesUnderWay--;
          releaseIfDone();
          if (isWritten) {
            whenWritten.run();
          }
        });
  }

  @Override
  public void abandon() {
    isClosing = true;
    releaseIfDone();
  }

  private void releaseIfDone() {
    if (isClosing && writesUnderWay == 0 && !isReleased) {
      isReleased = true;
      filling.close();
    }
  }
}
