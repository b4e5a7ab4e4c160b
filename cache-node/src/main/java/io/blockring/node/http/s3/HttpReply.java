package io.blockring.node.http.s3;

import io.blockring.client.compression.LinkFrames;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.node.host.NicLine;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The response to one request, written from its virtual thread. Always with a {@code
 * Content-Length}, but for a body in {@link LinkFrames}; always with the ids that find it in the
 * logs.
 */
final class HttpReply {
  /** Of a body in frames that prove themselves; HTTP then sends it in chunks. */
  static final long UNKNOWN_LENGTH = -2;

  private static final long NO_BODY = -1;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final SendBuffers buffers;
  private final S3Counters counters;
  private final LinkCompressor compressor;
  private final Duration stallDeadline;
  private final String traceId;
  private final String requestId = ReadScope.newTraceId().toUpperCase(Locale.ROOT);
  private final NicLine line;
  private final boolean isLast;
  private boolean isBegun;

  /**
   * @param traceId what {@code x-blockring-trace} says
   * @param line what its body leaves by
   * @param isLast whether the connection closes after this response
   */
  HttpReply(
      HttpServerRequest request,
      SendBuffers buffers,
      S3Counters counters,
      LinkCompressor compressor,
      Duration stallDeadline,
      String traceId,
      NicLine line,
      boolean isLast) {
    this.line = line;
    this.request = request;
    this.response = request.response();
    this.buffers = buffers;
    this.counters = counters;
    this.compressor = compressor;
    this.stallDeadline = stallDeadline;
    this.traceId = traceId;
    this.isLast = isLast;
  }

  String traceId() {
    return traceId;
  }

  /** Whether the head has left: an error can then only be a reset. */
  boolean isBegun() {
    return isBegun;
  }

  /** A response with a small body, in one write. */
  void send(ReplyHead head, byte[] body) throws IOException {
    begin(head, body.length);
    await(response.end(Buffer.buffer(body)));
  }

  /** A response without a body, to HEAD: the headers that GET would have. */
  void sendHead(ReplyHead head, long contentLength) throws IOException {
    begin(head, contentLength);
    await(response.end());
  }

  /** A response that by its status has neither body nor length. */
  void sendNotModified(ReplyHead head) throws IOException {
    begin(head, NO_BODY);
    await(response.end());
  }

  /**
   * A body of exactly {@code length} bytes, at least one, to come.
   *
   * @param mayCompress the reader understands {@link LinkFrames} and knows the length otherwise
   */
  BodySink stream(ReplyHead head, long length, boolean mayCompress) {
    LinkCompressor packer = mayCompress ? compressor : null;
    return new BodySink(this, head, length, buffers, counters, stallDeadline, line, packer);
  }

  /** An error document; headers only for HEAD. */
  void sendError(S3Exception error) throws IOException {
    counters.add(error.code());
    ReplyHead head = new ReplyHead(error.code().status()).with("Content-Type", "application/xml");
    error.headers().forEach(head::with);
    if (request.method().name().equals("HEAD")) {
      sendHead(head, 0);
      return;
    }
    Xml xml =
        new Xml()
            .open("Error")
            .element("Code", error.code().text())
            .element("Message", String.valueOf(error.getMessage()));
    error.details().forEach(xml::element);
    String uri = request.uri();
    int question = uri.indexOf('?');
    xml.element("Resource", question < 0 ? uri : uri.substring(0, question));
    send(head, xml.element("RequestId", requestId).element("TraceId", traceId).toBytes());
  }

  /** One piece of a streamed body; the first takes the head along. */
  Future<Void> write(ReplyHead head, long length, Rung deepest, Buffer piece, boolean isEnd) {
    if (!isBegun) {
      head.with("x-cache", deepest.label());
      begin(head, length);
    }
    return isEnd ? response.end(piece) : response.write(piece);
  }

  private void begin(ReplyHead head, long contentLength) {
    isBegun = true;
    response.setStatusCode(head.status());
    response.putHeader("Server", "Blockring");
    response.putHeader("Date", HttpDate.header(System.currentTimeMillis()));
    response.putHeader("x-amz-request-id", requestId);
    response.putHeader("x-blockring-trace", traceId);
    if (contentLength >= 0) {
      response.putHeader("Content-Length", Long.toString(contentLength));
    } else if (contentLength == UNKNOWN_LENGTH) {
      response.setChunked(true);
    }
    if (isLast) {
      response.putHeader("Connection", "close");
    }
    head.headers().forEach(response::putHeader);
  }

  private void await(Future<Void> write) throws IOException {
    try {
      write
          .toCompletionStage()
          .toCompletableFuture()
          .get(stallDeadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReaderGoneException("the reader closed its connection", false);
    } catch (ExecutionException e) {
      throw new ReaderGoneException("the reader closed its connection", false);
    } catch (TimeoutException e) {
      throw new ReaderGoneException("the reader took no bytes for " + stallDeadline, true);
    }
  }

  /** Gives the response up: its connection is reset. */
  void reset() {
    RawConnection.reset(request.connection());
  }
}
