package io.blockring.node.blockport;

import io.blockring.client.ladder.Answer;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.Refusal;
import io.blockring.client.peer.Trouble;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A reply from a block that is being filled: its bytes leave as they come in, framed for verified
 * readers. What waits for the kernel are copies, bounded by the channel's water mark. A verified
 * reader that lags behind the end of the fill is told to ask again: it reads on from the slot.
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
  // Where the network is limited: what may be sent before the next turn is waited for; below 0 when
  // a whole frame was more than that.
  private int allowed;
  private int heartbeatsLeft;
  private boolean isHeadSent;
  private long movedNanos;
  private boolean isTurnOver;
  private boolean isPumping;
  private boolean isClosing;

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
    if (request.isVerified()) {
      filling.leaveToSlot();
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
    int available = available();
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

  /** How many bytes of the range are there, from its start on. */
  private int available() {
    return Math.min(filling.availableFrom(range.offset()), range.length());
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

  /**
   * How many bytes can leave next. Verified readers get the first at once, then whole frames only.
   */
  private int nextPiece(int available) {
    int frame = Math.min(BlockWire.FRAME_BYTES, range.length() - sent);
    int there = Math.min(frame, available - sent);
    return there == frame || sent == 0 || !request.isVerified() ? there : 0;
  }

  private void sendHead(int available) {
    isHeadSent = true;
    boolean mayWait = available < range.length() || (isPaced() && request.isVerified());
    if (mayWait) {
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
        0,
        port.ring().get(),
        exchange.isLast());
    exchange.headLeaves(
        request.isVerified() ? BlockWire.FILLING : "plain",
        request.range() == null && !request.isVerified() ? 200 : 206);
    write(head, false);
  }

  private void sendPieces(int available) {
    int piece = nextPiece(available);
    if (isPaced() && allowed <= 0 && piece > 0) {
      exchange.flush();
      int stretch = Math.min(exchange.stretchBytes(), available - sent);
      awaitTurn(Math.max(piece, stretch) - allowed);
      return;
    }
    int most = isPaced() ? allowed : port.settings().turnBytes();
    int turn = 0;
    while (piece > 0 && turn < most && exchange.isWritable()) {
      if (!sendPiece(piece)) {
        lags();
        return;
      }
      turn += piece;
      piece = nextPiece(available);
    }
    exchange.flush();
    if (piece > 0 && exchange.isWritable()) {
      isTurnOver = true;
      exchange.nextTurn(this::nextTurn);
    }
  }

  private boolean isPaced() {
    return port.nic().sent().isLimited();
  }

  /** The network lets so many bytes out, now or soon. */
  private void awaitTurn(int bytes) {
    isTurnOver = true;
    exchange.nextTurn(
        () ->
            exchange.inTurn(
                bytes,
                () -> {
                  allowed += bytes;
                  nextTurn();
                }));
  }

  private void nextTurn() {
    isTurnOver = false;
    pump();
  }

  /** False when the bytes were given back: this reader is too slow for them. */
  private boolean sendPiece(int length) {
    int head = request.isVerified() ? BlockWire.FRAME_HEAD_BYTES : 0;
    ByteBuf out = exchange.buffer(head + length);
    if (!filling.read(range.offset() + sent, out.nioBuffer(head, length))) {
      out.release();
      return false;
    }
    if (request.isVerified()) {
      crc.reset();
      crc.update(out.nioBuffer(head, length));
      out.writeInt(length).writeInt((int) crc.getValue());
      heartbeatsLeft -= BlockWire.framesOver(range.length() - sent, length);
    }
    write(out.writerIndex(head + length), false);
    sent += length;
    allowed -= isPaced() ? length : 0;
    movedNanos = System.nanoTime();
    port.sent(request, filling.rung(), length);
    return true;
  }

  private void lags() {
    breakOff(
        new Trouble(
            Refusal.LAGGED, "block " + range.key() + " is in its slot from byte " + sent + " on"));
  }

  private ByteBuf frameHead(int length, int checksum) {
    return exchange.buffer(BlockWire.FRAME_HEAD_BYTES).writeInt(length).writeInt(checksum);
  }

  /**
   * What has come of the next frame, or an empty one (while the network is full, only that), unless
   * bytes have moved just now or wait for the reader. So never more than 300 ms go by without a
   * byte.
   */
  @Override
  public void sign() {
    boolean isQuiet = System.nanoTime() - movedNanos > NEXT_SIGN_NANOS / 2 && writesUnderWay == 0;
    if (!isHeadSent || isClosing || !isQuiet || heartbeatsLeft == 0) {
      return;
    }
    port.counters().signsOfLife.increment();
    int there = isTurnOver ? 0 : Math.min(BlockWire.FRAME_BYTES, available() - sent);
    if (there == 0) {
      heartbeatsLeft--;
      write(frameHead(0, 0), true);
    } else if (sendPiece(there)) {
      exchange.flush();
    } else {
      lags();
    }
  }

  /** The empty frames that were not needed make the length true. */
  private void finish() {
    abandon();
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
    abandon();
    if (!request.isVerified()) {
      exchange.reset();
      return;
    }
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
          if (isWritten) {
            whenWritten.run();
          }
        });
  }

  @Override
  public void abandon() {
    if (!isClosing) {
      isClosing = true;
      filling.close();
    }
  }
}
