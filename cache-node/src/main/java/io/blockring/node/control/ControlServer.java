package io.blockring.node.control;

import io.blockring.client.cluster.ControlChannelLimits;
import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.credentials.PeerTls;
import io.blockring.client.credentials.TokenGate;
import io.blockring.node.config.StartException;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** Listens on the control port. Calls run on virtual threads, a bounded number at once. */
public final class ControlServer implements AutoCloseable {
  private static final int MAX_HEADER_BYTES = 16 << 10;
  private static final int MAX_CALLS_PER_CONNECTION = 1024;

  /**
   * What callers may take.
   *
   * @param connections open at once; further ones are closed
   * @param calls running at once in all; further ones are told to come back later
   * @param handshake how long a connection may take to say what it is
   */
  public record Limits(int connections, int calls, Duration handshake) {
    /** With a handshake of 10 s. */
    public static Limits of(int connections) {
      return new Limits(connections, connections, Duration.ofSeconds(10));
    }
  }

  private final String host;
  private final int port;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final CallLimit calls;
  private final ConnectionLimit connections;
  private final Server server;

  /**
   * @param host address to listen on
   * @param port 0 for any free one, see {@link #start}
   * @param admission what callers must show
   */
  public ControlServer(
      String host, int port, PeerAdmission admission, Limits limits, ControlCalls service) {
    this.host = host;
    this.port = port;
    this.calls = new CallLimit(limits.calls());
    this.connections = new ConnectionLimit(limits.connections());
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
            .executor(executor)
            .maxInboundMessageSize(ControlChannelLimits.MAX_MESSAGE_BYTES)
            .maxInboundMetadataSize(MAX_HEADER_BYTES)
            .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
            // Clients ask every 10 s whether the connection still lives; gRPC's default forbids it.
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .maxConnectionIdle(10, TimeUnit.MINUTES)
            .handshakeTimeout(limits.handshake().toMillis(), TimeUnit.MILLISECONDS)
            .addTransportFilter(connections)
            .intercept(calls)
            .addService(service);
    if (admission instanceof PeerAdmission.ByCertificate(PeerTls tls)) {
      builder.sslContext(encrypted(tls));
    }
    if (admission instanceof PeerAdmission.ByToken(TokenGate gate)) {
      // What is added later is asked earlier.
      builder.intercept(new TokenCheck(gate));
    }
    this.server = builder.build();
  }

  /** As {@link PeerTls} has it for the other port. */
  static SslContext encrypted(PeerTls tls) {
    try {
      return GrpcSslContexts.configure(SslContextBuilder.forServer(tls.identity()), SslProvider.JDK)
          .trustManager(tls.authority())
          .clientAuth(ClientAuth.REQUIRE)
          .protocols(PeerTls.PROTOCOL)
          .sessionTimeout(PeerTls.SESSION_SECONDS)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("every Java platform has " + PeerTls.PROTOCOL, e);
    }
  }

  /**
   * Begins to answer.
   *
   * @return the port
   */
  public int start() throws StartException {
    try {
      return server.start().getPort();
    } catch (IOException e) {
      executor.shutdown();
      throw StartException.port("control port", "ports.control", host, port, e);
    }
  }

  /** Calls running now. */
  public int runningCalls() {
    return calls.running();
  }

  /** Connections open now, those within their handshake not counted. */
  int openConnections() {
    return connections.open();
  }

  /** Calls refused because too many ran. */
  public long shedCalls() {
    return calls.shed();
  }

  /** Stops listening, lets running calls end for up to a second, then breaks them off. */
  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    executor.shutdown();
  }
}
