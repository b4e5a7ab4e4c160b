package io.blockring.client.cluster;

import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.credentials.PeerTls;
import io.blockring.client.credentials.PeerToken;
import io.grpc.ChannelCredentials;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** One connection to each control port in use; the one unused for longest gives way. */
final class ControlChannels implements AutoCloseable {
  private static final int MAX_CHANNELS = 4096;

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<ControlAddress, ManagedChannel> channels =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

  private final PeerCredentials credentials;

  ControlChannels(PeerCredentials credentials) {
    this.credentials = credentials;
  }

  synchronized ManagedChannel to(ControlAddress address) {
    ManagedChannel channel = channels.computeIfAbsent(address, this::open);
    if (channels.size() > MAX_CHANNELS) {
      Iterator<ManagedChannel> eldestFirst = channels.values().iterator();
      eldestFirst.next().shutdown();
      eldestFirst.remove();
    }
    // A node that was away is tried anew at every call: gRPC's own back-off grows to two minutes.
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
    return channel;
  }

  private ManagedChannel open(ControlAddress address) {
    NettyChannelBuilder channel =
        credentials instanceof PeerCredentials.Mtls(PeerTls tls)
            ? NettyChannelBuilder.forAddress(address.host(), address.port(), encrypted(tls))
            : NettyChannelBuilder.forAddress(address.host(), address.port()).usePlaintext();
    if (credentials instanceof PeerCredentials.Token(PeerToken token)) {
      channel.intercept(new TokenOfCalls(token));
    }
    return channel
        // Never through a proxy: these are neighbours.
        .proxyDetector(target -> null)
        .executor(executor)
        .maxInboundMessageSize(ControlChannelLimits.MAX_MESSAGE_BYTES)
        // Finds a connection that a broken network left half open.
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .idleTimeout(60, TimeUnit.SECONDS)
        .build();
  }

  private static ChannelCredentials encrypted(PeerTls tls) {
    return TlsChannelCredentials.newBuilder()
        .keyManager(tls.identity())
        .trustManager(tls.authority())
        .build();
  }

  @Override
  public synchronized void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    channels.clear();
    executor.shutdown();
  }
}
