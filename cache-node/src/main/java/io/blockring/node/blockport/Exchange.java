package io.blockring.node.blockport;

import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.Refusal;
import io.blockring.client.peer.Trouble;
import io.blockring.node.host.NicLine;
import io.blockring.node.store.BlockLease;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request being answered: finds out who has the bytes, signs of life while they are not there,
 * and sees to it that the reply ends. On the connection's event loop only, but for {@link #onLoop}.
 */
final class Exchange extends Answering {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private final Connection connection;
  private final PortContext port;
  private final BlockRequest request;
  private final long startedNanos = System.nanoTime();
  private @Nullable BlockRange range;
  private @Nullable Reply reply;
  private @Nullable Future<?> signs;
  private @Nullable Future<?> deadline;
  private boolean isHeadSent;
  private boolean isOver;
  private boolean isLast;
  private int writesUnderWay;
  private boolean hasMoved;
  private long movedNanos = startedNanos;
  private long lastTransferred;
  private @Nullable BlockRegion regionUnderWay;

  Exchange(Connection connection, PortContext port, BlockRequest request) {
    this.connection = connection;
    this.port = port;
    this.request = request;
    port.counters().inFlight.increment();
  }

  @Override
  void start() {
    try {
      answer();
    } catch (RefusedException e) {
      refuse(e.trouble());
    } catch (RuntimeException e) {
      LOG.error("block port: {} failed", request, e);
      brokeDown(e);
    }
  }

  private void brokeDown(RuntimeException e) {
    if (isHeadSent) {
      reset();
      return;
    }
    letGo();
    refuse(new Trouble(Refusal.FAILED, "internal error: " + e));
  }

  /** The reply in the making is not to be sent. */
  private void letGo() {
    Reply given = reply;
    reply = null;
    if (given != null) {
      given.abandon();
    }
  }

  private void answer() throws RefusedException {
    compareRings();
    BlockRange resolved = request.resolve(blockBytes());
    range = resolved;
    if (request.scope().isExpired()) {
      throw new RefusedException(Refusal.DEADLINE, "the deadline had passed on arrival");
    }
    if (request.isSuspect()) {
      port.counters().suspects.increment();
      port.service().suspect(resolved.key());
    }
    BlockLease lease =
        request.named().isHeld()
            ? port.service().held(resolved.key())
            : port.service().lease(resolved.version(), resolved.blockIndex());
    if (lease == null) {
      missed();
    } else {
      ResidentReply resident =
          new ResidentReply(
              this, port, request, resolved, lease, rungToTell(resolved), spreadAfter(resolved));
      reply = resident;
      resident.start();
    }
  }

  /** Of the mount; of no account where a block is asked for by its digest. */
  private int blockBytes() throws RefusedException {
    if (request.named().isHeld()) {
      return 0;
    }
    int blockBytes = port.service().blockBytes(request.named().mount());
    if (blockBytes < 0) {
      throw new RefusedException(
          Refusal.UNKNOWN_MOUNT, "this node does not know mount " + request.named().mount());
    }
    return blockBytes;
  }

  private int spreadAfter(BlockRange resolved) {
    return isRead() ? port.service().spreadAfter(resolved, request.asker()) : 0;
  }

  private boolean isRead() {
    return request.kind() == BlockWire.Kind.READ && !request.isHead();
  }

  private Rung rungToTell(BlockRange resolved) {
    return isRead() ? port.service().rungOfResident(resolved.key()) : Rung.SSD;
  }

  /** The store does not have the block, or not any more. */
  void missed() {
    BlockRange asked = range();
    if (request.isHead() || request.named().isHeld()) {
      refuse(absent(asked));
      return;
    }
    Filling filling =
        switch (request.kind()) {
          case READ -> port.service().fill(asked, request.scope(), request.asker());
          case PEEK -> port.service().joinFill(asked.key());
        };
    if (filling == null) {
      refuse(absent(asked));
    } else {
      FillingReply following = new FillingReply(this, port, request, asked, filling);
      reply = following;
      following.start();
    }
  }

  private static Trouble absent(BlockRange asked) {
    return new Trouble(Refusal.ABSENT, "block " + asked.key() + " is not here");
  }

  private BlockRange range() {
    if (range == null) {
      throw new IllegalStateException("not resolved: " + request);
    }
    return range;
  }

  private void compareRings() {
    if (!request.ring().isEmpty() && !request.ring().equals(port.ring().get())) {
      port.otherRing().accept(request.ring());
    }
  }

  /**
   * The first byte is not there yet. A verified reader gets signs of life from now on; a plain one
   * has its own patience, and may not know what a 102 is.
   */
  void waits() {
    if (deadline != null) {
      return;
    }
    long left = Math.max(0, request.scope().deadlineNanos() - System.nanoTime());
    deadline = connection.later(this::deadlinePassed, left);
    if (request.isVerified()) {
      long elapsed = System.nanoTime() - startedNanos;
      long first = TimeUnit.MILLISECONDS.toNanos(BlockWire.FIRST_SIGN_MILLIS);
      signs =
          connection
              .channel()
              .eventLoop()
              .scheduleWithFixedDelay(
                  this::sign,
                  Math.max(0, first - elapsed),
                  TimeUnit.MILLISECONDS.toNanos(BlockWire.NEXT_SIGN_MILLIS),
                  TimeUnit.NANOSECONDS);
    }
  }

  private void sign() {
    if (isOver) {
      return;
    }
    if (isHeadSent) {
      if (reply != null) {
        reply.sign();
      }
    } else if (connection.channel().isWritable()) {
      byte[] head = reply instanceof ResidentReply ? ReplyHeads.LOADING : ReplyHeads.PROCESSING;
      ByteBuf processing = connection.channel().alloc().directBuffer(head.length);
      connection.channel().writeAndFlush(processing.writeBytes(head));
      port.counters().signsOfLife.increment();
    }
  }

  private void deadlinePassed() {
    if (isOver) {
      return;
    }
    Trouble trouble =
        new Trouble(
            Refusal.DEADLINE,
            "not there "
                + (System.nanoTime() - startedNanos) / 1_000_000
                + " ms after the request, when its deadline passed");
    if (!isHeadSent) {
      letGo();
      refuse(trouble);
    } else if (reply != null) {
      reply.breakOff(trouble);
    }
  }

  /** A complete reply without the bytes. */
  @Override
  void refuse(Trouble trouble) {
    if (isOver || isHeadSent) {
      return;
    }
    headLeaves("none", trouble.refusal().status());
    if (trouble.refusal() == Refusal.BUSY) {
      port.counters().shed.increment();
    }
    ByteBuf out = connection.channel().alloc().directBuffer(2 * ReplyHeads.HEAD_BYTES);
    ReplyHeads.refusal(
        out,
        trouble,
        request.scope().traceId(),
        range,
        port.ring().get(),
        request.isHead(),
        isLast());
    write(out, true, this::endIf);
  }

  private void endIf(boolean isWritten) {
    if (isWritten) {
      end();
    }
  }

  /** Whether the connection ends after this reply; the reply's head says so. */
  boolean isLast() {
    isLast = connection.isClosingAfter(request);
    return isLast;
  }

  /** Notes that the head leaves now; from now on there is no other status. */
  void headLeaves(String form, int status) {
    isHeadSent = true;
    port.counters().answered(form, request.kind().label(), status);
  }

  /**
   * Writes to the connection.
   *
   * @param end told true when the kernel has it all, false when the connection died
   */
  void write(Object message, boolean isFlushed, Consumer<Boolean> end) {
    if (writesUnderWay++ == 0) {
      hasMoved = true;
    }
    if (message instanceof BlockRegion region) {
      regionUnderWay = region;
      lastTransferred = 0;
    }
    ChannelFuture written =
        isFlushed
            ? connection.channel().writeAndFlush(message)
            : connection.channel().write(message);
    written.addListener(done -> written(message, done.isSuccess(), end));
  }

  private void written(Object message, boolean isSuccess, Consumer<Boolean> end) {
    writesUnderWay--;
    hasMoved = true;
    if (message == regionUnderWay) {
      regionUnderWay = null;
    }
    end.accept(isSuccess);
  }

  void flush() {
    connection.channel().flush();
  }

  /** Once per turn of the connection: a slow reader is not waited for without end. */
  @Override
  void tick(long now) {
    if (regionUnderWay != null && regionUnderWay.transferred() != lastTransferred) {
      lastTransferred = regionUnderWay.transferred();
      hasMoved = true;
    }
    if (hasMoved) {
      hasMoved = false;
      movedNanos = now;
    }
    boolean isStalled =
        writesUnderWay > 0 && now - movedNanos > port.settings().stallTimeout().toNanos();
    boolean isTooLong =
        request.isVerified()
            ? isHeadSent && now - request.scope().deadlineNanos() > 0
            : now - startedNanos > port.settings().plainReplyTime().toNanos();
    if (isStalled || isTooLong) {
      port.counters().slowReaders.increment();
      reset();
    }
  }

  /** Bytes that cannot follow a head that has left: the reader sees the connection break. */
  void reset() {
    port.counters().brokenOff.increment();
    connection.reset();
  }

  /** The last byte is with the kernel, and nothing is held any more. */
  void end() {
    if (isOver) {
      return;
    }
    close();
    connection.replied(isLast);
  }

  /** Like {@link #end}, of a reply that is short: nothing may follow it on this connection. */
  void endBrokenOff() {
    isLast = true;
    port.counters().brokenOff.increment();
    end();
  }

  /** The connection is gone. */
  @Override
  void abandon() {
    if (!isOver) {
      close();
      if (reply != null) {
        reply.abandon();
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

  @Override
  void writable() {
    if (reply != null && !isOver) {
      reply.writable();
    }
  }

  boolean isWritable() {
    return connection.channel().isWritable();
  }

  ByteBuf buffer(int bytes) {
    return connection.channel().alloc().directBuffer(bytes);
  }

  /** Runs this when the other connections of this loop have had their turn. */
  void nextTurn(Runnable step) {
    connection.later(step, 0);
  }

  /**
   * Runs a step that sends so many bytes when the node's network lets it: at once, or later, and
   * not at all when this is over by then.
   */
  void inTurn(int bytes, Runnable step) {
    if (port.nic().sent().isLimited()) {
      inTurn(line(), bytes, step, System.nanoTime());
    } else {
      step.run();
    }
  }

  private void inTurn(NicLine line, int bytes, Runnable step, long askedNanos) {
    if (isOver) {
      return;
    }
    long yield = line.yieldNanos(request.scope().trafficClass(), askedNanos);
    if (yield > 0) {
      waitsForLine();
      connection.later(() -> inTurn(line, bytes, step, askedNanos), yield);
      return;
    }
    long wait = line.book(bytes);
    if (wait == 0) {
      step.run();
      return;
    }
    waitsForLine();
    connection.later(
        () -> {
          if (!isOver) {
            step.run();
          }
        },
        wait);
  }

  /** A plain reader has its own patience. */
  private void waitsForLine() {
    if (!isHeadSent && request.isVerified()) {
      waits();
    }
  }

  /** How much to send before others of this loop have their turn. */
  int stretchBytes() {
    int usual = port.settings().turnBytes();
    return port.nic().sent().isLimited() ? line().stretchBytes(usual) : usual;
  }

  private NicLine line() {
    return port.lineTo(connection.channel());
  }

  /** As {@link Connection#onLoop}. */
  void onLoop(Runnable step) {
    connection.onLoop(step);
  }

  /** From any thread: as {@link #onLoop}, at once when this is the loop. */
  void onLoopNow(Runnable step) {
    if (connection.channel().eventLoop().inEventLoop()) {
      step.run();
    } else {
      onLoop(step);
    }
  }
}
