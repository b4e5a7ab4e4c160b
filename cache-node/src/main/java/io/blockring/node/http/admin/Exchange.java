package io.blockring.node.http.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.blockring.client.Namespace;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.node.security.ApiKey;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer. The response is touched on the connection's event loop only; {@link
 * #isAnswered} too, so whoever comes first of the handler's thread and the deadline's timer
 * answers, once.
 */
final class Exchange {
  static final String DEADLINE_HEADER = "x-blockring-deadline-millis";
  static final String TRACE_HEADER = "x-blockring-trace-id";

  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE).build();

  private final Vertx vertx;
  private final Context eventLoop;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Namespace namespace;
  private final ConsolePages console;
  private final String traceId = ReadScope.newTraceId();
  private final Buffer body = Buffer.buffer();
  private boolean isAnswered;
  private @Nullable Thread handlerThread;

  /** Call it on the request's event loop. */
  Exchange(Vertx vertx, HttpServerRequest request, Namespace namespace, ConsolePages console) {
    this.vertx = vertx;
    this.eventLoop = vertx.getOrCreateContext();
    this.request = request;
    this.response = request.response();
    this.namespace = namespace;
    this.console = console;
  }

  /**
   * Finds the route and who asks, takes a place in its lane, reads the body, starts the handler.
   */
  void begin(AdminAccess access, List<Route> routes, Map<Lane.Name, Lane> lanes) {
    if (request.path() != null && request.path().equals("/healthz")) {
      send(new Reply.Text(200, "text/plain; charset=utf-8", "ok\n"));
      return;
    }
    if (console.answers(request)) {
      console.answer(request);
      return;
    }
    try {
      Found found = find(routes);
      ApiKey asker = access.admit(request, found.route);
      Duration deadline = deadline();
      long deadlineNanos = System.nanoTime() + deadline.toNanos();
      Lane lane = Objects.requireNonNull(lanes.get(found.route.lane()));
      guard(deadline);
      readBody(() -> run(found, asker, lane, deadlineNanos));
    } catch (ApiException e) {
      send(e.reply(traceId));
    }
  }

  private record Found(Route route, Map<String, String> variables, Map<String, String> query) {}

  private Found find(List<Route> routes) throws ApiException {
    TreeSet<String> otherMethods = new TreeSet<>();
    for (Route route : routes) {
      Map<String, String> variables = route.match(Objects.requireNonNullElse(request.path(), ""));
      if (variables == null) {
        continue;
      }
      if (route.method().equals(request.method().name())) {
        checkBodyIsJson(route);
        return new Found(route, variables, query(route));
      }
      otherMethods.add(route.method());
    }
    if (otherMethods.isEmpty()) {
      throw ApiException.notFound("there is no " + request.path() + " here");
    }
    throw new ApiException(
        405,
        "method_not_allowed",
        request.path() + " takes " + String.join(", ", otherMethods) + ", not " + request.method());
  }

  /** A web page of another site may send a form here, but not this type. */
  private void checkBodyIsJson(Route route) throws ApiException {
    String type = request.getHeader("content-type");
    if (route.method().equals("POST") && (type == null || !type.startsWith("application/json"))) {
      throw new ApiException(
          415, "not_json", "content-type is '" + type + "', but must be application/json");
    }
  }

  private Map<String, String> query(Route route) throws ApiException {
    Map<String, String> query = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, String> entry : request.params()) {
        Call.onlyKnown("parameter", entry.getKey(), route.parameters());
        if (query.put(entry.getKey(), entry.getValue()) != null) {
          throw ApiException.badInput("parameter " + entry.getKey(), "given twice", "given once");
        }
      }
    } catch (IllegalArgumentException e) {
      throw ApiException.badInput(
          "query", String.valueOf(request.query()), "percent-encoded UTF-8");
    }
    return query;
  }

  private Duration deadline() throws ApiException {
    String millis = request.getHeader(DEADLINE_HEADER);
    if (millis == null) {
      return AdminLimits.DEFAULT_DEADLINE;
    }
    try {
      long value = Long.parseLong(millis);
      if (value >= 1 && value <= AdminLimits.MAX_DEADLINE.toMillis()) {
        return Duration.ofMillis(value);
      }
    } catch (NumberFormatException e) {
      // Said below, like a number that is out of range.
    }
    throw ApiException.badInput(
        "header " + DEADLINE_HEADER,
        millis,
        "a whole number from 1 to " + AdminLimits.MAX_DEADLINE.toMillis());
  }

  /** Answers and interrupts when the handler does not come to an end by itself. */
  private void guard(Duration deadline) {
    long timer =
        vertx.setTimer(
            deadline.toMillis(),
            fired -> {
              if (send(ApiException.deadline(deadline).reply(traceId))) {
                interruptHandler();
              }
            });
    response.endHandler(ended -> vertx.cancelTimer(timer));
    response.closeHandler(closed -> interruptHandler());
  }

  private void interruptHandler() {
    if (handlerThread != null) {
      handlerThread.interrupt();
    }
  }

  private void readBody(Runnable whenWhole) {
    request.handler(
        part -> {
          if (body.length() + part.length() > AdminLimits.MAX_BODY_BYTES) {
            response.putHeader("connection", "close");
            send(
                new ApiException(
                        413,
                        "too_large",
                        "the body is longer than " + AdminLimits.MAX_BODY_BYTES + " bytes")
                    .reply(traceId));
          } else {
            body.appendBuffer(part);
          }
        });
    request.endHandler(
        ended -> {
          if (!isAnswered) {
            whenWhole.run();
          }
        });
  }

  private void run(Found found, ApiKey asker, Lane lane, long deadlineNanos) {
    try {
      lane.enter();
    } catch (ApiException e) {
      send(e.reply(traceId));
      return;
    }
    Call call =
        new Call(
            found.variables,
            found.query,
            body.getBytes(),
            request.getHeader("range"),
            traceId,
            deadlineNanos,
            asker);
    if (!found.route.method().equals("GET")) {
      LOG.info(
          "{} {} by {} from {}, trace {}",
          request.method(),
          request.path(),
          asker.name(),
          request.remoteAddress().hostAddress(),
          traceId);
    }
    handlerThread =
        Thread.ofVirtual().name("admin-request").start(() -> answer(found.route, lane, call));
  }

  /** Runs on the handler's thread, which has a place in the lane. */
  private void answer(Route route, Lane lane, Call call) {
    try {
      Reply reply = replyOf(route, call);
      if (reply != null) {
        eventLoop.runOnContext(now -> send(reply));
      }
    } finally {
      lane.leave();
    }
  }

  /** Null when an object's bytes or events have been the answer. */
  private @Nullable Reply replyOf(Route route, Call call) {
    try {
      Reply reply = route.handler().answer(call);
      if (reply instanceof Reply.Bytes bytes) {
        new ObjectStream(this, namespace, call).send(bytes);
        return null;
      }
      if (reply instanceof Reply.Live live) {
        new LiveStream(this, live.feed()).send();
        return null;
      }
      return reply;
    } catch (ApiException e) {
      return e.reply(traceId);
    } catch (OperationException e) {
      return ApiException.of(e).reply(traceId);
    } catch (ReadException e) {
      return ApiException.of(e).reply(traceId);
    } catch (Exception e) {
      LOG.error(
          "admin request {} {} failed, trace {}", route.method(), route.template(), traceId, e);
      return new ApiException(
              500, "internal", "the node failed; its log has it under this trace id")
          .reply(traceId);
    }
  }

  /** On the event loop. What comes after the first answer is dropped. */
  private boolean send(Reply reply) {
    if (!claimAnswer()) {
      return false;
    }
    response.putHeader(TRACE_HEADER, traceId).putHeader("x-content-type-options", "nosniff");
    switch (reply) {
      case Reply.Json json -> {
        json.headers().forEach(header -> response.putHeader(header.name(), header.value()));
        response
            .setStatusCode(json.status())
            .putHeader("content-type", "application/json")
            .end(Buffer.buffer(encoded(json.body())));
      }
      case Reply.Text text ->
          response
              .setStatusCode(text.status())
              .putHeader("content-type", text.contentType())
              .end(Buffer.buffer(text.text().getBytes(StandardCharsets.UTF_8)));
      case Reply.Bytes bytes -> throw new IllegalStateException("sent by ObjectStream: " + bytes);
      case Reply.Live live -> throw new IllegalStateException("sent by LiveStream: " + live);
    }
    return true;
  }

  static byte[] encoded(Object document) {
    try {
      return JSON.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON: " + document, e);
    }
  }

  /**
   * On the event loop.
   *
   * @return whether the caller is the one who answers
   */
  boolean claimAnswer() {
    boolean isFirst = !isAnswered && !response.ended() && !response.closed();
    isAnswered = true;
    return isFirst;
  }

  HttpServerResponse response() {
    return response;
  }

  Context eventLoop() {
    return eventLoop;
  }

  String traceId() {
    return traceId;
  }
}
