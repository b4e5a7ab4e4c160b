package io.blockring.node.http.s3;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;

/** The few things that Vert.x's public API cannot do, done with the Netty below it. */
final class RawConnection {

  private RawConnection() {}

  /**
   * A buffer for one write, over the memory itself. The memory belongs to the write until its
   * future completes.
   */
  static Buffer wrap(ByteBuffer... memory) {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(memory));
  }

  /**
   * Drops a connection with a TCP reset, so that no reader takes what it has for a whole response.
   * What lies in queues is dropped too; Vert.x's own close would first wait for it to be sent.
   */
  static void reset(HttpConnection connection) {
    Channel channel = ((ConnectionBase) connection).channel();
    try {
      channel.eventLoop().execute(() -> resetNow(channel));
    } catch (RejectedExecutionException e) {
      // The loop has ended, and closed its channels before.
    }
  }

  private static void resetNow(Channel channel) {
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.unsafe().close(channel.voidPromise());
    }
  }

  /** Whether a request was not read because its line or its headers are too long. */
  static boolean isTooLong(HttpServerRequest request) {
    return request.decoderResult().cause() instanceof TooLongFrameException;
  }
}
