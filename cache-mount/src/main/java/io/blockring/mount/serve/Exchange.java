package io.blockring.mount.serve;

import io.blockring.mount.kernel.KernelChannel;
import io.blockring.mount.kernel.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** One request and its one answer, which the first to give it gives. */
final class Exchange {
  private final KernelChannel channel;
  private final Request request;
  private final AtomicBoolean isAnswered = new AtomicBoolean();

  Exchange(KernelChannel channel, Request request) {
    this.channel = channel;
    this.request = request;
  }

  Request request() {
    return request;
  }

  boolean isAnswered() {
    return isAnswered.get();
  }

  /**
   * Answers what was asked.
   *
   * @return false when the answer reached nobody
   */
  boolean answer(ByteBuffer... pieces) throws IOException {
    return isAnswered.compareAndSet(false, true)
        && channel.answer(request.header().unique(), pieces);
  }

  /** Answers with an error, unless there is an answer already. */
  void refuse(int errno) throws IOException {
    if (isAnswered.compareAndSet(false, true)) {
      channel.refuse(request.header().unique(), errno);
    }
  }
}
