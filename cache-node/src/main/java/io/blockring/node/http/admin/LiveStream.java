package io.blockring.node.http.admin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Sends the frames of a {@link LiveFeed} to one listener, one at a time: the next is taken when the
 * socket has the last. Runs on the handler's thread.
 */
final class LiveStream {
  /** Without news, so that both ends notice when the other is gone. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);

  /** Then a listener comes again, and shows again that it may. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final Exchange exchange;
  private final LiveFeed feed;
  private final LoopWrites writes;

  LiveStream(Exchange exchange, LiveFeed feed) {
    this.exchange = exchange;
    this.feed = feed;
    this.writes = new LoopWrites(exchange.eventLoop());
  }

  /** Returns when the listener is gone, is too slow, or the node stops. */
  void send() throws ApiException {
    feed.join();
    long end = System.nanoTime() + LONGEST.toNanos();
    boolean isWhole = false;
    try {
      write(": blockring\n\n".getBytes(StandardCharsets.UTF_8), true);
      long seen = 0;
      while (!feed.isClosed() && System.nanoTime() < end) {
        LiveFeed.Frame frame = feed.after(seen, HEARTBEAT);
        if (frame == null) {
          write(": still here\n\n".getBytes(StandardCharsets.UTF_8), false);
        } else {
          seen = frame.number();
          write(frame.bytes(), false);
        }
      }
      isWhole = true;
    } catch (IOException e) {
      // The listener left or is too slow; it comes again if it wants to.
      Thread.interrupted();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      feed.leave();
      leave(isWhole);
    }
  }

  private void leave(boolean isWhole) {
    HttpServerResponse response = exchange.response();
    exchange
        .eventLoop()
        .runOnContext(
            now -> {
              if (!isWhole) {
                response.reset();
              } else if (!response.ended() && !response.closed()) {
                response.end();
              }
            });
  }

  private void write(byte[] bytes, boolean isFirst) throws IOException {
    LoopWrites.await(
        writes.begin(
            () -> {
              HttpServerResponse response = exchange.response();
              if (isFirst) {
                if (!exchange.claimAnswer()) {
                  return io.vertx.core.Future.failedFuture("answered already");
                }
                response
                    .setChunked(true)
                    .putHeader(Exchange.TRACE_HEADER, exchange.traceId())
                    .putHeader("content-type", "text/event-stream")
                    .putHeader("cache-control", "no-store");
              }
              return response.write(Buffer.buffer(bytes));
            }),
        AdminLimits.MAX_LISTENER_STALL);
  }
}
