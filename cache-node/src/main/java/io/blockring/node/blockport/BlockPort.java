package io.blockring.node.blockport;

import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.credentials.PeerTls;
import io.blockring.node.host.Nic;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server side of the block port. Bind it once; it answers until it is closed. What it serves is
 * the {@link BlockService}'s business.
 */
public final class BlockPort implements AutoCloseable {
  private static final int BACKLOG = 1024;
  // A request's head is a few hundred bytes; an adaptive buffer would shrink to 64 and read twice.
  private static final int READ_BYTES = 4096;

  private final BlockPortSettings settings;
  private final BlockPortCounters counters = new BlockPortCounters();
  private final ConnectionSet connections;
  private final Verifier verifier;
  private final PortContext context;
  private final boolean isEpoll;
  private final ByteBufAllocator allocator;
  private final MultiThreadIoEventLoopGroup loops;
  private @Nullable Channel listener;

  /**
   * @param admission what readers must show
   * @param nic what it may send
   * @param ringFingerprint of this node's ring now; empty while it has none
   * @param otherRing told of each request whose ring is another one; must return at once
   */
  public BlockPort(
      BlockPortSettings settings,
      PeerAdmission admission,
      BlockService service,
      Nic nic,
      Supplier<String> ringFingerprint,
      Consumer<String> otherRing) {
    this(
        settings,
        admission,
        service,
        nic,
        ringFingerprint,
        otherRing,
        Epoll.isAvailable(),
        PooledByteBufAllocator.DEFAULT);
  }

  BlockPort(
      BlockPortSettings settings,
      PeerAdmission admission,
      BlockService service,
      Nic nic,
      Supplier<String> ringFingerprint,
      Consumer<String> otherRing,
      boolean isEpoll,
      ByteBufAllocator allocator) {
    this.allocator = allocator;
    this.settings = settings;
    this.connections = new ConnectionSet(settings.maxConnections(), counters);
    this.verifier = new Verifier(settings.verifyThreads(), settings.verifyQueue());
    this.context =
        new PortContext(
            settings, admission, service, counters, verifier, nic, ringFingerprint, otherRing);
    this.isEpoll = isEpoll;
    IoHandlerFactory io = isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    this.loops =
        new MultiThreadIoEventLoopGroup(
            settings.eventLoops(), new DefaultThreadFactory("blockport", true), io);
  }

  /**
   * Starts to listen.
   *
   * @param port 0 for any free one
   * @return the port
   * @throws IOException when it is taken, or the host is not this machine's
   */
  public int bind(String host, int port) throws IOException {
    ChannelFuture bound = bootstrap().bind(host, port).awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      throw new IOException(
          "block port cannot listen on " + host + ":" + port + ": " + cause.getMessage(), cause);
    }
    listener = bound.channel();
    return ((InetSocketAddress) bound.channel().localAddress()).getPort();
  }

  private ServerBootstrap bootstrap() {
    Class<? extends ServerSocketChannel> channel =
        isEpoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    return new ServerBootstrap()
        .group(loops)
        .channel(channel)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.ALLOCATOR, allocator)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_SNDBUF, settings.sendBufferBytes())
        .childOption(
            ChannelOption.RECVBUF_ALLOCATOR,
            new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1))
        .childOption(
            ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 * 1024, 256 * 1024))
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel accepted) {
                if (context.admission() instanceof PeerAdmission.ByCertificate(PeerTls tls)) {
                  SslHandler handler = new SslHandler(tls.serverEngine());
                  handler.setHandshakeTimeoutMillis(settings.headTimeout().toMillis());
                  accepted.pipeline().addLast(handler);
                }
                accepted.pipeline().addLast(new Connection(context, connections, accepted));
              }
            });
  }

  public BlockPortCounters counters() {
    return counters;
  }

  /** Gauge: large blocks being proved for plain readers, or waiting for it. */
  public int queuedProofs() {
    return verifier.queued();
  }

  /**
   * Stops listening, lets replies in progress end for as long as the settings say, then closes what
   * is left. The leases are closed before this returns, but for those a disk still works on.
   */
  @Override
  public void close() {
    if (listener != null) {
      listener.close().awaitUninterruptibly();
    }
    connections.snapshot().forEach(Connection::drain);
    boolean isDrained = awaitEmpty(settings.drain().toNanos());
    if (!isDrained) {
      connections.snapshot().forEach(connection -> connection.channel().close());
      awaitEmpty(TimeUnit.SECONDS.toNanos(1));
    }
    verifier.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  private boolean awaitEmpty(long nanos) {
    try {
      return connections.awaitEmpty(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
