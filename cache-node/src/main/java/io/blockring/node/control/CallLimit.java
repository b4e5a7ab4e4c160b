package io.blockring.node.control;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** Bounds the calls that run at once; the queue of waiting ones has length 0. */
final class CallLimit implements ServerInterceptor {
  private final int limit;
  private final Semaphore free;
  private final LongAdder shed = new LongAdder();

  CallLimit(int limit) {
    this.limit = limit;
    this.free = new Semaphore(limit);
  }

  int running() {
    return limit - free.availablePermits();
  }

  long shed() {
    return shed.sum();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (!free.tryAcquire()) {
      shed.increment();
      call.close(
          Status.RESOURCE_EXHAUSTED.withDescription(limit + " control calls are running already"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    AtomicBoolean isOver = new AtomicBoolean();
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onComplete() {
        release();
        super.onComplete();
      }

      @Override
      public void onCancel() {
        release();
        super.onCancel();
      }

      private void release() {
        if (isOver.compareAndSet(false, true)) {
          free.release();
        }
      }
    };
  }
}
