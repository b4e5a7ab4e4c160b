package io.blockring.node.control;

import io.grpc.Attributes;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the connections that are open at once; one more is closed as soon as its handshake is
 * over.
 */
final class ConnectionLimit extends ServerTransportFilter {
  private static final Attributes.Key<Boolean> IS_COUNTED =
      Attributes.Key.create("io.blockring.node.control.isCounted");

  private final int limit;
  private final Semaphore free;

  ConnectionLimit(int limit) {
    this.limit = limit;
    this.free = new Semaphore(limit);
  }

  int open() {
    return limit - free.availablePermits();
  }

  @Override
  public Attributes transportReady(Attributes attributes) {
    if (!free.tryAcquire()) {
      // What is thrown here closes the connection.
      throw Status.RESOURCE_EXHAUSTED
          .withDescription(limit + " connections are open already")
          .asRuntimeException();
    }
    return attributes.toBuilder().set(IS_COUNTED, true).build();
  }

  @Override
  public void transportTerminated(@Nullable Attributes attributes) {
    if (attributes != null && attributes.get(IS_COUNTED) != null) {
      free.release();
    }
  }
}
