package io.blockring.client.cluster;

import io.blockring.client.credentials.PeerToken;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/** Sends the token of the moment with every call. */
record TokenOfCalls(PeerToken token) implements ClientInterceptor {
  private static final Metadata.Key<String> KEY =
      Metadata.Key.of(PeerToken.HEADER, Metadata.ASCII_STRING_MARSHALLER);

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        headers.put(KEY, token.text());
        super.start(listener, headers);
      }
    };
  }
}
