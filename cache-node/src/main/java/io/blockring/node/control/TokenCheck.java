package io.blockring.node.control;

import io.blockring.client.credentials.PeerToken;
import io.blockring.client.credentials.TokenGate;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Refuses calls without a good token before they take a place among those that run. */
record TokenCheck(TokenGate gate) implements ServerInterceptor {
  private static final Metadata.Key<String> KEY =
      Metadata.Key.of(PeerToken.HEADER, Metadata.ASCII_STRING_MARSHALLER);

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (gate.admits(headers.get(KEY), () -> caller(call))) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.UNAUTHENTICATED.withDescription("this port answers members of its cluster"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static String caller(ServerCall<?, ?> call) {
    return "a call to the control port from "
        + call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
  }
}
