package io.blockring.node.blockport;

import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.credentials.PeerToken;
import io.blockring.client.credentials.TokenGate;
import io.blockring.client.ladder.Answer;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.HttpHead;
import io.blockring.client.peer.MalformedHeadException;
import io.blockring.client.peer.Refusal;
import io.blockring.client.peer.Trouble;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One reader's connection: cuts what comes in into heads and answers them one after the other.
 * Holds at most a head and one read behind it; a reader that sends more is not read from meanwhile.
 * On its event loop only, but for {@link #drain} and {@link #onLoop}.
 */
final class Connection extends ChannelInboundHandlerAdapter {
  /** How long a closing side waits for the other's end, so that its last words are not lost. */
  private static final long LINGER_NANOS = 1_000_000_000;

  /** Of the bodies of batches that come in or are answered, on all connections of the port. */
  static final int MOST_BODY_BYTES = 32 << 20;

  private final PortContext port;
  private final ConnectionSet all;
  private final SocketChannel channel;
  private byte[] pending = new byte[1024];
  private int pendingBytes;
  private int scannedBytes;
  private @Nullable Answering exchange;
  // A batch whose body is still to come.
  private @Nullable BatchRequest batch;
  private int bodyBytes;
  private @Nullable NamedVersion named;
  private @Nullable Future<?> tick;
  private long quietSinceNanos;
  private boolean isServing;
  private boolean isTurnedAway;
  private boolean isLingering;
  private boolean isDraining;

  Connection(PortContext port, ConnectionSet all, SocketChannel channel) {
    this.port = port;
    this.all = all;
    this.channel = channel;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    switch (all.add(this)) {
      case TAKEN -> {}
      case TURNED_AWAY -> {
        port.counters().shed.increment();
        isTurnedAway = true;
      }
      case CLOSED -> {
        port.counters().shed.increment();
        channel.close();
        return;
      }
    }
    quietSinceNanos = System.nanoTime();
    long tickNanos = tickNanos();
    tick =
        channel
            .eventLoop()
            .scheduleWithFixedDelay(this::tick, tickNanos, tickNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    all.remove(this);
    if (tick != null) {
      tick.cancel(false);
    }
    if (exchange != null) {
      exchange.abandon();
    }
    letGoOfBody();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      if (!isLingering) {
        append(bytes);
        serve();
      }
    } finally {
      bytes.release();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (exchange != null && channel.isWritable()) {
      exchange.writable();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // The reader has reset the connection, or something that no reply can mend any more.
    channel.close();
  }

  SocketChannel channel() {
    return channel;
  }

  /** Whether this reply is the connection's last. */
  boolean isClosingAfter(@Nullable BlockRequest request) {
    return isClosingAfter(request == null || request.isLast());
  }

  /**
   * @param isAskedFor whether the reader wants no further reply
   */
  boolean isClosingAfter(boolean isAskedFor) {
    return isDraining || isTurnedAway || isAskedFor;
  }

  /** The last byte of a reply has been handed to the kernel. */
  void replied(boolean isLast) {
    exchange = null;
    letGoOfBody();
    quietSinceNanos = System.nanoTime();
    if (isLast || isDraining) {
      linger();
      return;
    }
    channel.config().setAutoRead(true);
    serve();
  }

  /** A reset, so that the reader cannot take a short reply for a whole one. */
  void reset() {
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    if (port.isEncrypted()) {
      // Past TLS, which would first wait for its farewell to be taken.
      channel.unsafe().close(channel.voidPromise());
    } else {
      channel.close();
    }
  }

  /** Ends this side and waits a little for the other to end its own. */
  private void linger() {
    ignoreInput();
    // Not before the last write is done: this would drop what waits.
    channel.shutdownOutput();
  }

  private void ignoreInput() {
    isLingering = true;
    pendingBytes = 0;
    batch = null;
    letGoOfBody();
    quietSinceNanos = System.nanoTime();
    channel.config().setAutoRead(true);
  }

  /** On the event loop: runs this on it, after so long and after what others have to do now. */
  Future<?> later(Runnable step, long nanos) {
    return channel.eventLoop().schedule(step, nanos, TimeUnit.NANOSECONDS);
  }

  /** From any thread: runs this on the event loop; when that has ended, here and now. */
  void onLoop(Runnable step) {
    try {
      channel.eventLoop().execute(step);
    } catch (RejectedExecutionException e) {
      // The port is closed and so is the channel; what is held must still be let go of.
      step.run();
    }
  }

  /** From any thread: ends after the reply in progress, or now. */
  void drain() {
    channel
        .eventLoop()
        .execute(
            () -> {
              isDraining = true;
              if (exchange == null) {
                channel.close();
              }
            });
  }

  private void append(ByteBuf bytes) {
    int added = bytes.readableBytes();
    if (pendingBytes + added > pending.length) {
      pending = Arrays.copyOf(pending, Math.max(pending.length * 2, pendingBytes + added));
    }
    if (pendingBytes == 0 && exchange == null && batch == null) {
      quietSinceNanos = System.nanoTime();
    }
    bytes.readBytes(pending, pendingBytes, added);
    pendingBytes += added;
    if (exchange != null && pendingBytes >= BlockWire.MAX_HEAD_BYTES) {
      channel.config().setAutoRead(false);
    }
  }

  /** Answers what is pending, one by one. A reply that ends at once must not nest another in it. */
  private void serve() {
    if (isServing) {
      return;
    }
    isServing = true;
    try {
      while (exchange == null && !isLingering && pendingBytes > 0 && serveOne()) {}
    } finally {
      isServing = false;
    }
  }

  /** Returns false when more bytes are needed. */
  private boolean serveOne() {
    try {
      if (batch != null) {
        return beginBatch(batch);
      }
      int end = HttpHead.end(pending, scannedBytes, pendingBytes);
      if (end > BlockWire.MAX_HEAD_BYTES || (end < 0 && pendingBytes > BlockWire.MAX_HEAD_BYTES)) {
        throw new RefusedException(
            Refusal.HEAD_TOO_LARGE, "a head has at most " + BlockWire.MAX_HEAD_BYTES + " bytes");
      }
      if (end < 0) {
        scannedBytes = pendingBytes;
        return false;
      }
      HttpHead head = HttpHead.parse(pending, end);
      requireAdmission(head);
      if (BatchRequest.isBatch(head)) {
        BatchRequest request = BatchRequest.parse(head, port.settings().defaultDeadline());
        consume(end);
        if (!takeRoomForBody(request.bodyBytes())) {
          return true;
        }
        batch = request;
        return beginBatch(request);
      }
      BlockRequest request = BlockRequest.parse(head, port.settings().defaultDeadline(), named);
      named = request.named();
      consume(end);
      begin(new Exchange(this, port, request));
    } catch (MalformedHeadException e) {
      refuse(new Trouble(Refusal.MALFORMED, String.valueOf(e.getMessage())));
    } catch (RefusedException e) {
      refuse(e.trouble());
    }
    return true;
  }

  /** Before anything else is looked at: who may not ask learns nothing, not even of mistakes. */
  private void requireAdmission(HttpHead head) throws RefusedException, MalformedHeadException {
    if (port.admission() instanceof PeerAdmission.ByToken(TokenGate gate)
        && !gate.admits(head.value(PeerToken.HEADER), this::stranger)) {
      throw new RefusedException(Refusal.UNAUTHORISED, "this port answers members of its cluster");
    }
  }

  private String stranger() {
    return "a request to the block port from " + channel.remoteAddress();
  }

  /**
   * Each body is small, and there may be one on every connection. Refuses when that is too much.
   */
  private boolean takeRoomForBody(int bytes) {
    LongAdder all = port.counters().batchBodyBytes;
    all.add(bytes);
    bodyBytes = bytes;
    boolean isRoom = all.sum() <= MOST_BODY_BYTES;
    if (!isRoom) {
      port.counters().shed.increment();
      refuse(
          Trouble.of(
              new Answer.Busy(
                  "this node has its " + MOST_BODY_BYTES + " bytes of requests for many ranges",
                  Duration.ofMillis(100))));
    }
    return isRoom;
  }

  private void letGoOfBody() {
    port.counters().batchBodyBytes.add(-bodyBytes);
    bodyBytes = 0;
  }

  /** Returns false while its body is not whole. */
  private boolean beginBatch(BatchRequest request) throws RefusedException {
    if (pendingBytes < request.bodyBytes()) {
      return false;
    }
    batch = null;
    byte[] body = Arrays.copyOf(pending, request.bodyBytes());
    consume(body.length);
    if (pending.length > 2 * BlockWire.MAX_HEAD_BYTES && pendingBytes <= BlockWire.MAX_HEAD_BYTES) {
      // What a body needed is not kept for the heads that follow.
      pending = Arrays.copyOf(pending, BlockWire.MAX_HEAD_BYTES);
    }
    BatchItems items = BatchItems.of(body, request.items());
    begin(new BatchAnswer(this, port, request, items));
    return true;
  }

  private void begin(Answering begun) {
    exchange = begun;
    if (isTurnedAway) {
      begun.refuse(
          Trouble.of(
              new Answer.Busy(
                  "this node has its " + port.settings().maxConnections() + " connections",
                  Duration.ofSeconds(1))));
    } else {
      begun.start();
    }
  }

  /** For a head that is no request: where the next would start is in doubt, so there is none. */
  private void refuse(Trouble trouble) {
    port.counters().answered("none", "none", trouble.refusal().status());
    ByteBuf reply = channel.alloc().directBuffer(2 * ReplyHeads.HEAD_BYTES);
    String ring = trouble.refusal() == Refusal.UNAUTHORISED ? "" : port.ring().get();
    ReplyHeads.refusal(reply, trouble, "", null, ring, false, true);
    ignoreInput();
    channel.writeAndFlush(reply).addListener(written -> channel.shutdownOutput());
  }

  private void consume(int bytes) {
    System.arraycopy(pending, bytes, pending, 0, pendingBytes - bytes);
    pendingBytes -= bytes;
    scannedBytes = 0;
  }

  private void tick() {
    long now = System.nanoTime();
    long quiet = now - quietSinceNanos;
    if (exchange != null) {
      exchange.tick(now);
    } else if (isLingering) {
      closeIf(quiet > LINGER_NANOS);
    } else if (pendingBytes == 0 && batch == null) {
      closeIf(quiet > port.settings().idleTimeout().toNanos());
    } else if (quiet > port.settings().headTimeout().toNanos()) {
      refuse(
          new Trouble(
              Refusal.HEAD_TIMEOUT,
              "a head must be whole within " + port.settings().headTimeout().toMillis() + " ms"));
    }
  }

  private void closeIf(boolean isTime) {
    if (isTime) {
      channel.close();
    }
  }

  /** Fine enough for the shortest of its timeouts, and never a burden. */
  private long tickNanos() {
    BlockPortSettings settings = port.settings();
    long shortest =
        Math.min(
            settings.idleTimeout().toNanos(),
            Math.min(settings.headTimeout().toNanos(), settings.stallTimeout().toNanos()));
    return Math.clamp(shortest / 4, 10_000_000, 1_000_000_000);
  }
}
