package io.blockring.client.cluster;

import io.blockring.wire.v1.ControlGrpc;
import io.blockring.wire.v1.OpenReply;
import io.blockring.wire.v1.OpenRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One open, told from a silent node: as long as signs of life come the bucket may take its time;
 * when none comes the node is given up, long before the reader's own deadline.
 */
final class PatientOpen implements ClientResponseObserver<OpenRequest, OpenReply> {
  private record Event(@Nullable OpenReply reply, @Nullable Throwable failure) {}

  // An answer, or its failure, and signs of life that nobody has taken yet: more would be a broken
  // node's.
  private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(64);
  private volatile @Nullable ClientCallStreamObserver<OpenRequest> call;

  private PatientOpen() {}

  /**
   * The answer.
   *
   * @param silence how long the node may show no sign of life
   * @throws StatusRuntimeException as a blocking stub would throw; UNAVAILABLE when the node is
   *     silent
   */
  static OpenReply ask(ControlGrpc.ControlStub stub, OpenRequest request, Duration silence) {
    PatientOpen open = new PatientOpen();
    stub.open(request, open);
    try {
      return open.await(silence);
    } finally {
      open.hangUp();
    }
  }

  private OpenReply await(Duration silence) {
    while (true) {
      Event event = next(silence);
      if (event == null) {
        throw Status.UNAVAILABLE
            .withDescription("no sign of life within " + silence.toMillis() + " ms")
            .asRuntimeException();
      }
      if (event.failure() != null) {
        throw Status.fromThrowable(event.failure()).asRuntimeException();
      }
      OpenReply reply = event.reply();
      if (reply != null && !reply.hasWorking()) {
        return reply;
      }
    }
  }

  private @Nullable Event next(Duration silence) {
    try {
      return events.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("interrupted").asRuntimeException();
    }
  }

  private void hangUp() {
    ClientCallStreamObserver<OpenRequest> current = call;
    if (current != null) {
      current.cancel("answered or given up", null);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<OpenRequest> stream) {
    call = stream;
  }

  @Override
  public void onNext(OpenReply reply) {
    tell(new Event(reply, null));
  }

  @Override
  public void onError(Throwable failure) {
    tell(new Event(null, failure));
  }

  @Override
  public void onCompleted() {
    tell(new Event(null, Status.INTERNAL.withDescription("no answer came").asException()));
  }

  /** A full queue means that nobody waits any more. */
  private void tell(Event event) {
    if (!events.offer(event)) {
      hangUp();
    }
  }
}
