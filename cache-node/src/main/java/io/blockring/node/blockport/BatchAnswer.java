package io.blockring.node.blockport;

import io.blockring.client.peer.BatchWire;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.Refusal;
import io.blockring.client.peer.Trouble;
import io.blockring.node.host.NicLine;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A batch being answered: looks for its items in the order asked, a few at a time, and sends each
 * record as soon as it can be written, so that those that a disk or a bucket keeps waiting hold up
 * no other. Every item gets a record; the reply ends after the last. On the connection's event loop
 * only, but for {@link #onLoop}.
 */
final class BatchAnswer extends Answering {
  private static final Logger LOG = LoggerFactory.getLogger(BatchAnswer.class);

  /** Looked for, and sent, before other connections of the loop have their turn. */
  static final int ITEMS_PER_TURN = 16;

  /** Items for which a disk or a fill works at the same time. */
  static final int MOST_WAITING = 16;

  /** How long after its deadline a batch may still be on its way out. */
  private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Connection connection;
  private final PortContext port;
  private final BatchRequest request;
  private final BatchItems items;
  private final BatchItem[] begun;
  private final ArrayDeque<BatchItem> ready = new ArrayDeque<>();
  // They need a disk or a fill, hold nothing, and begin again when fewer wait.
  private final ArrayDeque<BatchItem> postponed = new ArrayDeque<>();
  private final BatchRecords records = new BatchRecords();
  private final long startedNanos = System.nanoTime();
  private int blockBytes;
  private int begunCount;
  private int answeredCount;
  private int waiting;
  private int writesUnderWay;
  private long movedNanos = startedNanos;
  private @Nullable Future<?> signs;
  private @Nullable Future<?> deadline;
  // Of those that are ready, for which the network is taken; when that was asked for, 0 if not yet.
  private int bookedItems;
  private long askedNanos;
  private boolean isHeadSent;
  private boolean isLast;
  private boolean isOver;
  private boolean isTurnOver;
  private boolean isPumping;

  BatchAnswer(Connection connection, PortContext port, BatchRequest request, BatchItems items) {
    this.connection = connection;
    this.port = port;
    this.request = request;
    this.items = items;
    this.begun = new BatchItem[request.items()];
    port.counters().inFlight.increment();
  }

  @Override
  void start() {
    if (!request.ring().isEmpty() && !request.ring().equals(port.ring().get())) {
      port.otherRing().accept(request.ring());
    }
    blockBytes = port.service().blockBytes(request.mount());
    if (blockBytes < 0) {
      refuse(
          new Trouble(Refusal.UNKNOWN_MOUNT, "this node does not know mount " + request.mount()));
    } else if (request.scope().isExpired()) {
      refuse(new Trouble(Refusal.DEADLINE, "the deadline had passed on arrival"));
    } else {
      pump();
      if (!isOver) {
        watch();
      }
    }
  }

  /** Signs of life, and the deadline, for as long as it takes. */
  private void watch() {
    long left = Math.max(0, request.scope().deadlineNanos() - System.nanoTime());
    deadline = connection.later(this::deadlinePassed, left);
    signs =
        connection
            .channel()
            .eventLoop()
            .scheduleWithFixedDelay(
                this::sign,
                BlockWire.FIRST_SIGN_MILLIS,
                BlockWire.NEXT_SIGN_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  private void sign() {
    boolean isQuiet =
        System.nanoTime() - movedNanos
            > TimeUnit.MILLISECONDS.toNanos(BlockWire.NEXT_SIGN_MILLIS) / 2;
    if (isOver || writesUnderWay > 0 || (isHeadSent && !isQuiet)) {
      return;
    }
    ByteBuf out = buffer(ReplyHeads.PROCESSING.length);
    if (isHeadSent) {
      records.sign(out);
    } else {
      out.writeBytes(ReplyHeads.PROCESSING);
    }
    port.counters().signsOfLife.increment();
    write(out, () -> {});
  }

  /** What has come is sent, what has not is told so: the reply still ends in order. */
  private void deadlinePassed() {
    Trouble late = late();
    for (int number = 0; number < begun.length; number++) {
      BatchItem item = begun[number];
      if (number >= begunCount) {
        item = new BatchItem(this, port, request, number);
        begun[number] = item;
        item.refuse(late);
        ready.add(item);
      } else if (!item.isReady()) {
        item.refuse(late);
        ready.add(item);
      }
    }
    begunCount = begun.length;
    postponed.clear();
    waiting = 0;
    pump();
  }

  private Trouble late() {
    return new Trouble(
        Refusal.DEADLINE,
        "not there %d ms after the request, when its deadline passed"
            .formatted((System.nanoTime() - startedNanos) / 1_000_000));
  }

  /** An item that had to wait need not any more. */
  void becameReady(BatchItem item) {
    waiting--;
    ready.add(item);
    pump();
  }

  /** Sends what is ready, as far as the connection takes it. */
  private void pump() {
    // A flush may call back that the connection takes bytes again, right into the middle of this.
    if (isOver || isTurnOver || isPumping) {
      return;
    }
    isPumping = true;
    try {
      beginSome();
      sendSome();
    } finally {
      isPumping = false;
    }
    boolean isMoreToDo = mayBegin() || (!ready.isEmpty() && connection.channel().isWritable());
    if (!isOver && !isTurnOver && isMoreToDo) {
      pumpLater(0);
    }
  }

  /** When the other connections of the loop have had their turn, and the network lets more out. */
  private void pumpLater(long nanos) {
    isTurnOver = true;
    connection.later(
        () -> {
          isTurnOver = false;
          pump();
        },
        nanos);
  }

  /** What a reader does not take must not hold much here. */
  private boolean mayBegin() {
    return (begunCount < begun.length || (!postponed.isEmpty() && mayWait()))
        && ready.size() < ITEMS_PER_TURN
        && connection.channel().isWritable();
  }

  private boolean mayWait() {
    return waiting < MOST_WAITING;
  }

  private void beginSome() {
    for (int turn = 0; turn < ITEMS_PER_TURN && mayBegin(); turn++) {
      begin(!postponed.isEmpty() && mayWait() ? postponed.remove() : next());
    }
  }

  private BatchItem next() {
    BatchItem item = new BatchItem(this, port, request, begunCount);
    begun[begunCount++] = item;
    try {
      item.asks(items.next(request.mount(), blockBytes));
    } catch (RefusedException e) {
      item.refuse(e.trouble());
    } catch (RuntimeException e) {
      item.refuse(internalError(e));
    }
    return item;
  }

  private void begin(BatchItem item) {
    boolean isBegun = true;
    try {
      isBegun = item.begin(mayWait());
    } catch (RuntimeException e) {
      item.refuse(internalError(e));
    }
    if (!isBegun) {
      postponed.add(item);
    } else if (item.isReady()) {
      ready.add(item);
    } else {
      waiting++;
    }
  }

  private void sendSome() {
    if (ready.isEmpty() || !connection.channel().isWritable()) {
      return;
    }
    long wait = bookedItems > 0 ? 0 : book();
    if (wait > 0) {
      pumpLater(wait);
    } else {
      send();
    }
  }

  /**
   * Takes the network for the objects' bytes of a turn, as {@link Exchange#inTurn} does; heads and
   * troubles are small.
   *
   * @return how long to wait; then the turn may be sent, or has to ask again if it gave way
   */
  private long book() {
    NicLine line = port.lineTo(connection.channel());
    long now = System.nanoTime();
    askedNanos = askedNanos == 0 ? now : askedNanos;
    long yield = line.yieldNanos(request.scope().trafficClass(), askedNanos);
    if (yield > 0) {
      return yield;
    }
    askedNanos = 0;
    int most = line.stretchBytes(port.settings().turnBytes());
    int bytes = 0;
    for (BatchItem item : ready) {
      bytes += item.objectBytes();
      if (++bookedItems == ITEMS_PER_TURN || bytes >= most) {
        break;
      }
    }
    return bytes == 0 ? 0 : line.book(bytes);
  }

  /** What is booked. */
  private void send() {
    List<BatchItem> turn = new ArrayList<>(bookedItems);
    int bytes = ReplyHeads.HEAD_BYTES;
    for (; bookedItems > 0; bookedItems--) {
      BatchItem item = ready.remove();
      bytes += item.recordBytes();
      turn.add(item);
    }
    ByteBuf out = buffer(bytes);
    if (!isHeadSent) {
      sendHead(out);
    }
    List<BatchItem> written = new ArrayList<>(turn.size());
    for (BatchItem item : turn) {
      if (append(out, item)) {
        written.add(item);
      }
    }
    answeredCount += written.size();
    boolean isWhole = answeredCount == begun.length;
    if (isWhole) {
      out.writeBytes(BatchWire.LAST_CHUNK);
    }
    write(
        out,
        () -> {
          written.forEach(BatchItem::sent);
          if (isWhole) {
            end();
          }
        });
  }

  /** Returns false when it has to begin again. */
  private boolean append(ByteBuf out, BatchItem item) {
    int start = out.writerIndex();
    boolean isWritten;
    try {
      isWritten = item.write(out, records);
    } catch (RuntimeException e) {
      out.writerIndex(start);
      item.refuse(internalError(e));
      isWritten = item.write(out, records);
    }
    if (!isWritten && request.scope().isExpired()) {
      item.refuse(late());
      isWritten = item.write(out, records);
    }
    if (!isWritten) {
      postponed.add(item);
    }
    return isWritten;
  }

  private Trouble internalError(RuntimeException e) {
    LOG.error("block port: an item of {} failed", request, e);
    return new Trouble(Refusal.FAILED, "internal error: " + e);
  }

  private void sendHead(ByteBuf out) {
    isLast = connection.isClosingAfter(request.isLast());
    headLeaves(BatchWire.BATCH, 200);
    BatchRecords.head(out, request, port.ring().get(), isLast);
  }

  private void headLeaves(String form, int status) {
    isHeadSent = true;
    port.counters().answered(form, request.kind().label(), status);
  }

  @Override
  void refuse(Trouble trouble) {
    isLast = connection.isClosingAfter(request.isLast());
    headLeaves("none", trouble.refusal().status());
    if (trouble.refusal() == Refusal.BUSY) {
      port.counters().shed.increment();
    }
    ByteBuf out = buffer(2 * ReplyHeads.HEAD_BYTES);
    String trace = request.scope().traceId();
    ReplyHeads.refusal(out, trouble, trace, null, port.ring().get(), false, isLast);
    write(out, this::end);
  }

  private void write(ByteBuf out, Runnable whenWritten) {
    if (writesUnderWay++ == 0) {
      movedNanos = System.nanoTime();
    }
    connection
        .channel()
        .writeAndFlush(out)
        .addListener(
            done -> {
              writesUnderWay--;
              movedNanos = System.nanoTime();
              if (done.isSuccess()) {
                whenWritten.run();
              }
            });
  }

  @Override
  void tick(long now) {
    boolean isStalled =
        writesUnderWay > 0 && now - movedNanos > port.settings().stallTimeout().toNanos();
    boolean isTooLong = now - request.scope().deadlineNanos() > LATE_NANOS;
    if (isStalled || isTooLong) {
      port.counters().slowReaders.increment();
      port.counters().brokenOff.increment();
      connection.reset();
    }
  }

  @Override
  void writable() {
    pump();
  }

  /** The last byte is with the kernel, and nothing is held any more. */
  private void end() {
    if (!isOver) {
      close();
      connection.replied(isLast);
    }
  }

  @Override
  void abandon() {
    if (!isOver) {
      close();
      for (int number = 0; number < begunCount; number++) {
        begun[number].abandon();
      }
    }
  }

  private void close() {
    isOver = true;
    port.counters().inFlight.decrement();
    if (signs != null) {
      signs.cancel(false);
    }
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  private ByteBuf buffer(int bytes) {
    return connection.channel().alloc().directBuffer(bytes);
  }

  /** As {@link Connection#onLoop}. */
  void onLoop(Runnable step) {
    connection.onLoop(step);
  }
}
