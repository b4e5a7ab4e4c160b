package io.blockring.client.peer;

import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.credentials.PeerTls;
import io.blockring.client.ladder.ReadScope;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a peer, used by one thread at a time. Every wait ends: at the peer's silence,
 * at the reader's deadline, or with a byte. All faults are {@link PeerFault}s.
 *
 * <p>Its buffer holds what was read beyond what was asked for (heads and frame heads come with the
 * bytes behind them), so it must be drained before reading into anything else.
 */
final class PeerConnection implements Watchdog.Watched {
  /** Scratch for what cannot go straight to the sink; a frame or some cells. */
  static final int SCRATCH_BYTES = BlockWire.FRAME_BYTES;

  private static final long NOT_WAITING = Long.MAX_VALUE;
  private static final long OVERDUE = Long.MIN_VALUE;

  private final PeerAddress peer;
  private final PeerSettings settings;
  private final SocketChannel socket;
  private PeerChannel channel;
  private final Watchdog watchdog;
  private final PeerSigns signs;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BlockWire.MAX_HEAD_BYTES).limit(0);
  private final AtomicLong overdueAt = new AtomicLong(NOT_WAITING);
  private ByteBuffer scratch = ByteBuffer.allocate(0);
  private ReadScope scope;
  private boolean isReused;
  private boolean hasReplyBegun;
  private long idleSinceNanos;
  private volatile @Nullable Aside aside;
  private PeerPaces.Usual usual = PeerPaces.Usual.UNKNOWN;
  private long waitedNanos;
  private int receivedBytes;

  private PeerConnection(
      PeerAddress peer,
      PeerSettings settings,
      SocketChannel socket,
      Watchdog watchdog,
      PeerSigns signs,
      ReadScope scope) {
    this.signs = signs;
    this.peer = peer;
    this.settings = settings;
    this.socket = socket;
    this.channel = new PlainChannel(socket);
    this.watchdog = watchdog;
    this.scope = scope;
  }

  static PeerConnection open(
      PeerAddress peer,
      InetSocketAddress address,
      PeerSettings settings,
      PeerCredentials credentials,
      Watchdog watchdog,
      PeerSigns signs,
      ReadScope scope)
      throws PeerFault {
    SocketChannel socket;
    try {
      socket = SocketChannel.open();
    } catch (IOException e) {
      throw new PeerFault(PeerFault.Kind.GIVEN_UP, "no socket for " + peer + ": " + e.getMessage());
    }
    PeerConnection connection = new PeerConnection(peer, settings, socket, watchdog, signs, scope);
    signs.add(connection);
    watchdog.watch(connection);
    watchdog.began();
    try {
      connection.connect(address, credentials);
      return connection;
    } catch (PeerFault e) {
      connection.close();
      throw e;
    } finally {
      watchdog.ended();
    }
  }

  private void connect(InetSocketAddress address, PeerCredentials credentials) throws PeerFault {
    long patience = settings.connectTimeout().toNanos();
    long waitsSince = arm(patience);
    try {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      socket.connect(address);
    } catch (IOException e) {
      throw fault("connecting to", patience, waitsSince, e);
    }
    disarm("connecting to", patience, waitsSince);
    if (credentials instanceof PeerCredentials.Mtls(PeerTls tls)) {
      handshake(tls);
    }
  }

  /** Longer than a connection's own time: both sides calculate, and so may many others just now. */
  private void handshake(PeerTls tls) throws PeerFault {
    long patience = 3 * settings.connectTimeout().toNanos();
    long waitsSince = arm(patience);
    try {
      TlsChannel encrypted = new TlsChannel(socket, tls.clientEngine(peer.host(), peer.port()));
      encrypted.handshake();
      channel = encrypted;
    } catch (IOException e) {
      throw fault("the TLS handshake with", patience, waitsSince, e);
    }
    disarm("the TLS handshake with", patience, waitsSince);
  }

  /** Begins an exchange on a new or kept connection. */
  void begin(ReadScope newScope) {
    scope = newScope;
    hasReplyBegun = false;
    watchdog.began();
  }

  /** Until the reply is {@link #settled}, the watchdog has it look aside when it is late. */
  void lookAside(Aside newAside) {
    aside = newAside;
  }

  /**
   * The reply is here, or its peer has said why it takes its time.
   *
   * @throws PeerFault when the reader is on its way to somebody else
   */
  void settled() throws PeerFault {
    Aside looking = aside;
    if (looking != null && !looking.settles()) {
      throw elsewhere();
    }
  }

  private PeerFault elsewhere() {
    return new PeerFault(
        PeerFault.Kind.ELSEWHERE, peer + " was late, and somebody else has the block");
  }

  /** From now on bytes must not come much slower than this. */
  void expect(PeerPaces.Usual pace) {
    usual = pace;
    waitedNanos = 0;
    receivedBytes = 0;
  }

  /** What the reader waited for bytes since {@link #expect}; not for its own sink. */
  long waitedNanos() {
    return waitedNanos;
  }

  /** Bytes that came since {@link #expect}. */
  int receivedBytes() {
    return receivedBytes;
  }

  /** Ends an exchange. The caller then keeps or closes the connection. */
  void end() {
    isReused = true;
    aside = null;
    usual = PeerPaces.Usual.UNKNOWN;
    idleSinceNanos = System.nanoTime();
    watchdog.ended();
  }

  /** Whether it may be kept: open, and nothing has come that nobody asked for. */
  boolean isReusable() {
    return channel.isOpen() && !buffer.hasRemaining();
  }

  boolean isIdleFor(long nanos, long now) {
    return now - idleSinceNanos > nanos;
  }

  /** Sends all of it. */
  void send(byte[] request) throws PeerFault {
    ByteBuffer out = request.length <= buffer.capacity() ? buffer.clear() : scratch(request.length);
    out.put(request).flip();
    long patience = settings.silence().toNanos();
    long waitsSince = arm(patience);
    try {
      channel.write(out);
    } catch (IOException e) {
      throw fault("writing to", patience, waitsSince, e);
    }
    buffer.clear().limit(0);
    disarm("writing to", patience, waitsSince);
  }

  /**
   * Appends at least one byte of what comes next.
   *
   * @return how many
   */
  int readSome(byte[] target, int offset, int length) throws PeerFault {
    if (!buffer.hasRemaining()) {
      buffer.clear();
      try {
        receive(buffer, null);
      } finally {
        buffer.flip();
      }
    }
    int taken = Math.min(length, buffer.remaining());
    buffer.get(target, offset, taken);
    return taken;
  }

  /** Gives back the last bytes taken by {@link #readSome}: they belong to what comes next. */
  void unread(int bytes) {
    buffer.position(buffer.position() - bytes);
  }

  /** Fills the target up to its limit. */
  void readFully(ByteBuffer target) throws PeerFault {
    takeBuffered(target);
    while (target.hasRemaining()) {
      receive(target, null);
    }
  }

  /**
   * Like {@link #readFully}, and lets one call of the kernel bring the next frame's head as well.
   */
  void readFullyAndNextHead(ByteBuffer target) throws PeerFault {
    readFullyAndNext(target, BlockWire.FRAME_HEAD_BYTES);
  }

  /** Like {@link #readFully}, and lets one call of the kernel bring much of what comes next. */
  void readFullyAndNext(ByteBuffer target) throws PeerFault {
    readFullyAndNext(target, buffer.capacity());
  }

  private void readFullyAndNext(ByteBuffer target, int nextBytes) throws PeerFault {
    takeBuffered(target);
    if (!target.hasRemaining()) {
      return;
    }
    buffer.clear().limit(nextBytes);
    try {
      while (target.hasRemaining()) {
        receive(target, buffer);
      }
    } finally {
      buffer.flip();
    }
  }

  /** The next 4 bytes, big-endian. */
  int readInt() throws PeerFault {
    if (buffer.remaining() < Integer.BYTES) {
      buffer.compact();
      try {
        while (buffer.position() < Integer.BYTES) {
          receive(buffer, null);
        }
      } finally {
        buffer.flip();
      }
    }
    return buffer.getInt();
  }

  /** An empty direct buffer of at least this capacity, the same one each time. */
  ByteBuffer scratch(int bytes) {
    if (scratch.capacity() < bytes) {
      scratch = ByteBuffer.allocateDirect(Math.max(bytes, SCRATCH_BYTES));
    }
    return scratch.clear().limit(bytes);
  }

  private void takeBuffered(ByteBuffer target) {
    int taken = Math.min(buffer.remaining(), target.remaining());
    if (taken > 0) {
      target.put(target.position(), buffer, buffer.position(), taken);
      target.position(target.position() + taken);
      buffer.position(buffer.position() + taken);
    }
  }

  private void receive(ByteBuffer target, @Nullable ByteBuffer overflow) throws PeerFault {
    long patience = settings.silence().toNanos();
    long waitsSince = arm(patience);
    long received;
    try {
      received = overflow == null ? channel.read(target) : channel.read(target, overflow);
    } catch (IOException e) {
      throw fault("reading from", patience, waitsSince, e);
    }
    disarm("reading from", patience, waitsSince);
    if (received < 0) {
      throw isStale()
          ? new PeerFault(PeerFault.Kind.STALE, peer + " had closed a kept connection")
          : PeerFault.broken(peer + " closed the connection before the reply was whole");
    }
    hasReplyBegun = true;
    long now = System.nanoTime();
    signs.seen(now);
    waitedNanos += now - waitsSince;
    receivedBytes += (int) received;
    if (usual.isTooSlow(waitedNanos, receivedBytes)) {
      throw new PeerFault(
          PeerFault.Kind.SLOW,
          "%s sent %d bytes that it has in %d ms; usual is %s"
              .formatted(peer, receivedBytes, waitedNanos / 1_000_000, usual));
    }
  }

  /**
   * From now on the watchdog closes this connection when patience or the reader's deadline ends.
   */
  private long arm(long patienceNanos) {
    long now = System.nanoTime();
    long until = Math.min(patienceNanos, Math.max(0, scope.deadlineNanos() - now));
    overdueAt.compareAndSet(NOT_WAITING, now + until);
    return now;
  }

  private void disarm(String doing, long patience, long waitsSince) throws PeerFault {
    if (overdueAt.getAndSet(NOT_WAITING) == OVERDUE) {
      overdueAt.set(OVERDUE);
      throw overdue(doing, patience, waitsSince);
    }
  }

  /**
   * Its peer is silent on every connection: whoever waits here need not wait for as long again. On
   * any thread.
   */
  void closeIfWaiting() {
    long at = overdueAt.get();
    if (at != NOT_WAITING && at != OVERDUE && overdueAt.compareAndSet(at, OVERDUE)) {
      close();
    }
  }

  /** On the watchdog's thread. */
  @Override
  public void closeIfOverdue(long now) {
    Aside looking = aside;
    if (looking != null) {
      looking.lookIfLate(now);
    }
    long at = overdueAt.get();
    if (at != NOT_WAITING
        && at != OVERDUE
        && at - now <= 0
        && overdueAt.compareAndSet(at, OVERDUE)) {
      close();
    }
  }

  private PeerFault fault(String doing, long patience, long waitsSince, IOException e) {
    Aside looking = aside;
    if (looking != null && looking.hasLeft()) {
      return elsewhere();
    }
    if (overdueAt.getAndSet(NOT_WAITING) == OVERDUE) {
      return overdue(doing, patience, waitsSince);
    }
    if (e instanceof ClosedByInterruptException) {
      return new PeerFault(PeerFault.Kind.GIVEN_UP, "interrupted while " + doing + " " + peer);
    }
    String message = doing + " " + peer + " failed: " + e;
    return isStale() ? new PeerFault(PeerFault.Kind.STALE, message) : PeerFault.broken(message);
  }

  private PeerFault overdue(String doing, long patience, long waitsSince) {
    long waited = System.nanoTime() - waitsSince;
    if (scope.isExpired() && waited < patience) {
      return new PeerFault(
          PeerFault.Kind.GIVEN_UP, "the reader's deadline passed while " + doing + " " + peer);
    }
    return new PeerFault(
        PeerFault.Kind.SILENT,
        doing + " " + peer + ": no sign of life for " + waited / 1_000_000 + " ms");
  }

  private boolean isStale() {
    return isReused && !hasReplyBegun;
  }

  @Override
  public void close() {
    watchdog.forget(this);
    signs.remove(this);
    try {
      socket.close();
    } catch (IOException e) {
      // Closed as far as we are concerned; the kernel has nothing more to say about it.
    }
  }
}
