package io.blockring.node.blockport;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Blocks;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.Refusal;
import io.blockring.client.peer.Trouble;
import io.blockring.node.store.BlockLease;
import io.netty.buffer.ByteBuf;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A reply from the store. Up to 64 KiB leave as one copy in one write; more by sendfile, a turn at
 * a time, or as copies too where they must be encrypted or are stored compressed. Cold bytes are
 * brought in by the disk's own threads first. Holds the lease until the last byte is with the
 * kernel, and as long as another thread works with it.
 */
final class ResidentReply implements Reply {
  /** Up to here one write of a copy is cheaper than a head and a sendfile. */
  static final int COPY_BYTES = 64 * 1024;

  private final Exchange exchange;
  private final PortContext port;
  private final BlockRequest request;
  private final BlockRange range;
  private final BlockLease lease;
  private final Rung rung;
  private final int spread;

  /** Small enough to leave as a copy, in one write with its head. */
  private final boolean isCopied;

  private boolean isReleased;
  private boolean isAbandoned;
  // Another thread or the kernel uses the lease.
  private boolean isInUse;
  private int sent;
  private int stretch;

  ResidentReply(
      Exchange exchange,
      PortContext port,
      BlockRequest request,
      BlockRange range,
      BlockLease lease,
      Rung rung,
      int spread) {
    this.spread = spread;
    this.exchange = exchange;
    this.port = port;
    this.request = request;
    this.range = range;
    this.lease = lease;
    this.rung = rung;
    // As one piece it has its turn as one: not while many wait for theirs.
    this.isCopied = range.length() <= Math.min(COPY_BYTES, exchange.stretchBytes());
  }

  void start() {
    if (lease.length() != range.blockLength()) {
      release();
      exchange.refuse(
          new Trouble(
              Refusal.FAILED,
              "block "
                  + range.key()
                  + " has "
                  + lease.length()
                  + " bytes here, by the object's size it has "
                  + range.blockLength()));
    } else if (request.isHead()) {
      send(true);
    } else if (isCopied) {
      sendInTurn(false);
    } else if (lease.isInPageCache(range.offset(), range.length())) {
      loaded();
    } else {
      load(this::loaded);
    }
  }

  private void load(Runnable next) {
    await(lease.load(range.offset(), range.length()), next);
  }

  private void loaded() {
    if (isProvedHere()) {
      await(port.verifier().verify(lease, range), () -> sendInTurn(true));
    } else {
      sendInTurn(true);
    }
  }

  private void sendInTurn(boolean isLoaded) {
    nextStretch(() -> send(isLoaded));
  }

  /** While the network is full nobody uses the lease: who leaves meanwhile lets go of it. */
  private void nextStretch(Runnable step) {
    stretch = Math.min(exchange.stretchBytes(), range.length() - sent);
    exchange.inTurn(stretch, step);
  }

  /** A reader that proves the bytes itself spares us that, until it says that they were wrong. */
  private boolean isProvedHere() {
    return !request.isVerified() || request.isSuspect();
  }

  private void await(CompletionStage<Void> step, Runnable next) {
    isInUse = true;
    exchange.waits();
    step.whenComplete((done, failure) -> exchange.onLoopNow(() -> awaited(failure, next)));
  }

  private void awaited(@Nullable Throwable failure, Runnable next) {
    isInUse = false;
    if (isAbandoned) {
      release();
    } else if (failure != null) {
      failed(failure);
    } else {
      next.run();
    }
  }

  private void failed(Throwable failure) {
    release();
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RejectedExecutionException) {
      exchange.refuse(
          Trouble.of(
              new Answer.Busy("too many reads wait for a disk here", Duration.ofMillis(100))));
    } else {
      // Unreadable or wrong: to readers that is a miss.
      exchange.missed();
    }
  }

  /**
   * @param isLoaded whether the bytes were in the page cache a moment ago; if not, they are if they
   *     can be had at once
   */
  private void send(boolean isLoaded) {
    if (isAbandoned) {
      return;
    }
    ByteBuf out = exchange.buffer(bufferBytes());
    boolean isFilled;
    try {
      isFilled = fill(out, isLoaded);
    } catch (IOException e) {
      out.release();
      failed(e);
      return;
    } catch (RuntimeException e) {
      out.release();
      release();
      throw e;
    }
    if (!isFilled) {
      out.release();
      load(() -> send(true));
      return;
    }
    exchange.headLeaves(
        request.isVerified() ? BlockWire.RESIDENT : "plain",
        request.range() == null && !request.isVerified() ? 200 : 206);
    if (request.isHead() || isCopied) {
      release();
      exchange.write(out, true, this::copied);
    } else {
      exchange.write(out, false, written -> {});
      sendStretch();
    }
  }

  private int bufferBytes() {
    return ReplyHeads.HEAD_BYTES + checksumBytes() + (isCopied ? range.length() : 0);
  }

  private int checksumBytes() {
    return request.isVerified() ? Integer.BYTES * Blocks.cells(checksummed().length()) : 0;
  }

  private BlockRange checksummed() {
    return request.isTableAsked() ? BlockRange.whole(range.version(), range.blockIndex()) : range;
  }

  /**
   * Everything that is not sent by sendfile.
   *
   * @return false when that is not to be had at once
   */
  private boolean fill(ByteBuf out, boolean isLoaded) throws IOException {
    ReplyHeads.data(
        out,
        request,
        range,
        rung,
        request.isVerified() ? BlockWire.RESIDENT : null,
        -1,
        (long) checksumBytes() + range.length(),
        spread,
        port.ring().get(),
        exchange.isLast());
    if (request.isHead()) {
      return true;
    }
    ByteBuffer checksums = room(out, checksumBytes());
    if (isCopied && !copy(room(out, range.length()), isLoaded)) {
      return false;
    }
    if (request.isVerified()) {
      BlockRange cells = checksummed();
      lease.checksums(cells.offset() / Blocks.CELL_BYTES, Blocks.cells(cells.length()), checksums);
    }
    return true;
  }

  private boolean copy(ByteBuffer target, boolean isLoaded) throws IOException {
    if (!isLoaded) {
      return lease.readAtOnce(range.offset(), target, isProvedHere());
    }
    if (isProvedHere()) {
      lease.readVerified(range.offset(), target);
    } else {
      read(target, range.offset());
    }
    return true;
  }

  /** The next bytes of the buffer, for somebody else to write. */
  private static ByteBuffer room(ByteBuf out, int bytes) {
    ByteBuffer room = out.nioBuffer(out.writerIndex(), bytes);
    out.writerIndex(out.writerIndex() + bytes);
    return room;
  }

  private void read(ByteBuffer target, int offset) throws IOException {
    if (!lease.isPlain()) {
      lease.readVerified(offset, target);
      return;
    }
    long position = lease.position() + offset;
    while (target.hasRemaining()) {
      int read = lease.channel().read(target, position);
      if (read < 0) {
        throw new EOFException("the store's file ends within block " + range.key());
      }
      position += read;
    }
  }

  private void copied(boolean isWritten) {
    if (isWritten) {
      port.sent(request, rung, request.isHead() ? 0 : range.length());
      exchange.end();
    }
  }

  private void sendStretch() {
    if (isAbandoned) {
      release();
      return;
    }
    isInUse = true;
    if (port.isEncrypted() || !lease.isPlain()) {
      sendCopy();
    } else {
      BlockRegion region =
          new BlockRegion(lease.channel(), lease.position() + range.offset() + sent, stretch);
      exchange.write(region, true, this::stretchSent);
    }
  }

  /** The bytes were in the page cache a moment ago, so reading them here waits for no disk. */
  private void sendCopy() {
    ByteBuf copy = exchange.buffer(stretch);
    try {
      read(room(copy, stretch), range.offset() + sent);
    } catch (IOException e) {
      copy.release();
      isInUse = false;
      release();
      exchange.reset();
      return;
    }
    exchange.write(copy, true, this::stretchSent);
  }

  private void stretchSent(boolean isWritten) {
    isInUse = false;
    if (!isWritten) {
      release();
      return;
    }
    sent += stretch;
    port.sent(request, rung, stretch);
    if (sent < range.length()) {
      exchange.nextTurn(() -> nextStretch(this::sendStretch));
    } else {
      release();
      exchange.end();
    }
  }

  @Override
  public void writable() {
    // One stretch at a time: its own end asks for the next.
  }

  @Override
  public void sign() {
    // The bytes themselves are on their way.
  }

  @Override
  public void breakOff(Trouble trouble) {
    exchange.reset();
  }

  @Override
  public void abandon() {
    isAbandoned = true;
    if (!isInUse) {
      release();
    }
  }

  private void release() {
    if (!isReleased) {
      isReleased = true;
      lease.close();
    }
  }
}
