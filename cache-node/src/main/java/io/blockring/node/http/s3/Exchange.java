package io.blockring.node.http.s3;

import io.blockring.client.ladder.ReadScope;
import io.blockring.node.host.Nic;
import io.blockring.node.host.NicLine;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response, from the event loop that read it to the virtual thread that
 * answers. When the client goes away that thread is interrupted, wherever it waits.
 */
final class Exchange {
  /** How long a client may go on sending a body that nobody reads, before its connection closes. */
  private static final long MAX_DISCARD_MILLIS = 5_000;

  private static final Pattern TRACE_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private final HttpServerRequest request;
  private final Context context;
  private final Headers headers = new Headers();
  private final S3Counters counters;
  private final boolean hasBody;
  private final HttpReply reply;
  private volatile boolean isReaderGone;

  /** Called on the event loop. */
  Exchange(
      HttpServerRequest request,
      SendBuffers buffers,
      S3Counters counters,
      LinkCompressor compressor,
      S3Settings.Limits limits,
      Nic nic) {
    this.request = request;
    this.context = Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");
    this.counters = counters;
    for (Map.Entry<String, String> header : request.headers()) {
      headers.add(header.getKey(), header.getValue());
    }
    this.hasBody =
        headers.has("Transfer-Encoding")
            || headers.has("Content-Length") && !"0".equals(headers.value("Content-Length"));
    this.reply =
        new HttpReply(
            request,
            buffers,
            counters,
            compressor,
            limits.stallDeadline(),
            traceId(headers),
            lineTo(request, nic),
            hasBody);
  }

  private static NicLine lineTo(HttpServerRequest request, Nic nic) {
    return nic.sent().isLimited()
        ? nic.to(addressOf(request.localAddress()), addressOf(request.remoteAddress()))
        : nic.sent();
  }

  private static @Nullable InetAddress addressOf(@Nullable SocketAddress socket) {
    String address = socket == null ? null : socket.hostAddress();
    return address == null ? null : InetAddress.ofLiteral(address);
  }

  private static String traceId(Headers headers) {
    String given = headers.value("x-blockring-trace");
    return given != null && TRACE_ID.matcher(given).matches() ? given : ReadScope.newTraceId();
  }

  /** What answers: throws instead when it cannot. */
  interface Answerer {
    void answer(String method, String uri, Headers headers, HttpReply reply)
        throws S3Exception, IOException, InterruptedException;
  }

  /** Called on the event loop; returns at once. */
  void start(Answerer answerer) {
    counters.add(S3Counters.Event.REQUEST);
    Thread thread =
        Thread.ofVirtual()
            .name("s3-" + reply.traceId())
            .unstarted(
                () -> {
                  run(answerer);
                  if (hasBody && !isReaderGone) {
                    context.runOnContext(_ -> closeAfterBody());
                  }
                });
    request
        .response()
        .closeHandler(
            _ -> {
              isReaderGone = true;
              thread.interrupt();
            });
    thread.start();
  }

  /**
   * A body is dropped as it comes. The response may be there first (a write is refused from its
   * head alone), and a close with bytes unread could cost the client the response: so the
   * connection closes when the body has ended too, or has had its time.
   */
  private void closeAfterBody() {
    HttpConnection connection = request.connection();
    if (request.isEnded()) {
      connection.close();
    } else {
      request.endHandler(_ -> connection.close());
      context.owner().setTimer(MAX_DISCARD_MILLIS, _ -> connection.close());
    }
  }

  private void run(Answerer answerer) {
    try {
      S3Exception refusal = tryAnswer(answerer);
      if (refusal != null && isReaderGone) {
        giveUp(new ReaderGoneException("the reader closed its connection", false));
      } else if (refusal != null && !reply.isBegun()) {
        reply.sendError(refusal);
      } else if (refusal != null) {
        breakOff(refusal.getMessage());
      }
    } catch (ReaderGoneException e) {
      giveUp(e);
    } catch (IOException | InterruptedException e) {
      giveUp(new ReaderGoneException(String.valueOf(e.getMessage()), false));
    } catch (RuntimeException | Error e) {
      LOG.error("{} failed, trace {}", request.uri(), reply.traceId(), e);
      reply.reset();
    }
  }

  private @Nullable S3Exception tryAnswer(Answerer answerer)
      throws IOException, InterruptedException {
    try {
      answerer.answer(request.method().name(), request.uri(), headers, reply);
      return null;
    } catch (S3Exception e) {
      return e;
    } catch (RuntimeException e) {
      LOG.error("{} failed, trace {}", request.uri(), reply.traceId(), e);
      return new S3Exception(
          S3Code.INTERNAL_ERROR,
          "We encountered an internal error. Please try again. Trace " + reply.traceId());
    }
  }

  private void breakOff(@Nullable String reason) {
    counters.add(S3Counters.Event.RESET);
    LOG.warn("{} broke off, trace {}: {}", request.uri(), reply.traceId(), reason);
    reply.reset();
  }

  private void giveUp(ReaderGoneException e) {
    counters.add(e.isStalled() ? S3Counters.Event.STALLED_READER : S3Counters.Event.DISCONNECT);
    LOG.debug("{} given up, trace {}: {}", request.uri(), reply.traceId(), e.getMessage());
    reply.reset();
  }
}
