package io.blockring.node.http.admin;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an object's bytes as they are read, two chunks ahead of the socket at most. Headers leave
 * with the first chunk; a failure before is an error with its status, one after breaks the
 * connection, so that nobody takes a part for the whole. Runs on the handler's thread.
 */
final class ObjectStream implements ByteSink {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectStream.class);
  private static final int CHUNK_BYTES = 256 * 1024;

  /** Bytes of one read; each has {@link AdminLimits#MAX_STALL}, so a whole object needs no time. */
  static final int WINDOW_BYTES = 16 * 1024 * 1024;

  private final Exchange exchange;
  private final LoopWrites writes;
  private final Namespace namespace;
  private final Call call;
  private Rung deepest = Rung.MEMORY;
  // A fresh array for every chunk: the socket may still read the last one.
  private ByteBuffer chunk = ByteBuffer.allocate(0);
  private CompletableFuture<Void> lastWrite = CompletableFuture.completedFuture(null);
  private Reply.@Nullable Bytes head;

  ObjectStream(Exchange exchange, Namespace namespace, Call call) {
    this.exchange = exchange;
    this.writes = new LoopWrites(exchange.eventLoop());
    this.namespace = namespace;
    this.call = call;
  }

  /**
   * @throws ReadException when no header has left yet
   */
  void send(Reply.Bytes bytes) throws ReadException {
    head = bytes;
    boolean isSettled = false;
    try {
      read(bytes.object(), bytes.span());
      writeChunk();
      LoopWrites.await(lastWrite, AdminLimits.MAX_STALL);
      writes.begin(() -> exchange.response().end());
      isSettled = true;
    } catch (ReadException e) {
      if (head != null) {
        isSettled = true;
        throw e;
      }
      LOG.warn("object broke off at the reader, trace {}: {}", call.traceId(), e.getMessage());
    } catch (IOException e) {
      LOG.info("reader left, trace {}: {}", call.traceId(), e.getMessage());
    } finally {
      if (!isSettled) {
        breakOff();
      }
    }
  }

  private void read(OpenObject object, ByteSpan span) throws ReadException, IOException {
    long end = span.offset() + span.length();
    for (long offset = span.offset(); offset < end; offset += WINDOW_BYTES) {
      long deadlineNanos = System.nanoTime() + AdminLimits.MAX_STALL.toNanos();
      ReadScope scope = new ReadScope(call.traceId(), TrafficClass.READ, deadlineNanos);
      namespace.read(object, offset, Math.min(WINDOW_BYTES, end - offset), this, scope);
    }
  }

  @Override
  public ByteBuffer claim(int maxBytes) throws IOException {
    if (!chunk.hasRemaining()) {
      if (chunk.position() > 0) {
        writeChunk();
      }
      chunk = ByteBuffer.allocate(CHUNK_BYTES);
    }
    return chunk.slice(chunk.position(), Math.min(maxBytes, chunk.remaining()));
  }

  @Override
  public void commit(int bytes, Rung rung) {
    chunk.position(chunk.position() + bytes);
    deepest = deepest.deeper(rung);
  }

  private void writeChunk() throws IOException {
    LoopWrites.await(lastWrite, AdminLimits.MAX_STALL);
    ByteBuffer filled = chunk.flip();
    Reply.Bytes first = head;
    head = null;
    Rung rung = deepest;
    lastWrite =
        writes.begin(
            () -> {
              if (first != null && !writeHead(first, rung)) {
                return Future.failedFuture("the deadline was answered already");
              }
              return exchange.response().write(Buffer.buffer(bytesOf(filled)));
            });
  }

  private static byte[] bytesOf(ByteBuffer filled) {
    byte[] bytes = new byte[filled.remaining()];
    filled.get(bytes);
    return bytes;
  }

  private boolean writeHead(Reply.Bytes bytes, Rung rung) {
    if (!exchange.claimAnswer()) {
      return false;
    }
    OpenObject object = bytes.object();
    ByteSpan span = bytes.span();
    HttpServerResponse response = exchange.response();
    response
        .setStatusCode(span.isPartial() ? 206 : 200)
        .putHeader(Exchange.TRACE_HEADER, exchange.traceId())
        .putHeader("content-length", Long.toString(span.length()))
        .putHeader(
            "content-type",
            object.contentType().isEmpty() ? "application/octet-stream" : object.contentType())
        .putHeader("accept-ranges", "bytes")
        // A page in the bucket must not act as a page of the console.
        .putHeader("content-security-policy", "sandbox; default-src 'none'")
        .putHeader("x-content-type-options", "nosniff")
        .putHeader("x-cache", rung.label());
    if (!object.etag().isEmpty()) {
      response.putHeader("etag", object.etag());
    }
    if (span.isPartial()) {
      long last = span.offset() + span.length() - 1;
      response.putHeader(
          "content-range", "bytes " + span.offset() + "-" + last + "/" + object.size());
    }
    return true;
  }

  private void breakOff() {
    exchange.eventLoop().runOnContext(now -> exchange.response().reset());
  }
}
