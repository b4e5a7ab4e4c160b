package io.blockring.node.http.admin;

import io.blockring.client.ReadException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A request that is answered with an error: its status, its stable code and what is wrong. */
final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final Duration retryAfter;
  // What the caller sent and what it may be; empty when the fault is not in the input.
  private final transient Map<String, String> input;

  ApiException(int status, String code, String message) {
    this(status, code, message, Duration.ZERO, Map.of());
  }

  private ApiException(
      int status, String code, String message, Duration retryAfter, Map<String, String> input) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.input = input;
  }

  /** 400: names the input, what was sent, and what may be. */
  static ApiException badInput(String name, String value, String limit) {
    String shown = value.length() <= 200 ? value : value.substring(0, 200) + "…";
    Map<String, String> input = new LinkedHashMap<>();
    input.put("input", name);
    input.put("value", shown);
    input.put("limit", limit);
    String message = name + " is '" + shown + "', but must be " + limit;
    return new ApiException(400, "bad_input", message, Duration.ZERO, input);
  }

  static ApiException notFound(String message) {
    return new ApiException(404, "not_found", message);
  }

  /** 401: who asks has not said who it is, or not truly. */
  static ApiException unauthorized(String message) {
    return new ApiException(401, "unauthorized", message);
  }

  /** 403: who asks may not do this. */
  static ApiException forbidden(String message) {
    return new ApiException(403, "forbidden", message);
  }

  /** 421: the request is for somebody else. */
  static ApiException badHost(String message) {
    return new ApiException(421, "bad_host", message);
  }

  static ApiException tooManyLogins(String message, Duration wait) {
    return new ApiException(429, "too_many_logins", message, wait, Map.of());
  }

  static ApiException busy(String message) {
    return new ApiException(503, "busy", message, Duration.ofSeconds(1), Map.of());
  }

  static ApiException deadline(Duration deadline) {
    return new ApiException(
        504, "deadline", "no answer within the deadline of " + deadline.toMillis() + " ms");
  }

  static ApiException of(OperationException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case NOT_FOUND -> notFound(message);
      case CONFLICT -> new ApiException(409, "conflict", message);
      case DENIED -> new ApiException(403, "denied", message);
      case BUSY -> busy(message);
      case UNAVAILABLE -> new ApiException(504, "unavailable", message);
    };
  }

  static ApiException of(ReadException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case NOT_FOUND -> notFound(message);
      case CHANGED -> new ApiException(409, "changed", message);
      case DENIED -> new ApiException(403, "denied", message);
      case THROTTLED -> new ApiException(503, "throttled", message, e.retryAfter(), Map.of());
      case BUSY -> new ApiException(503, "busy", message, e.retryAfter(), Map.of());
      case UNAVAILABLE -> new ApiException(504, "unavailable", message);
    };
  }

  int status() {
    return status;
  }

  /** Seconds for {@code Retry-After}, rounded up; 0 when there is nothing to say. */
  long retryAfterSeconds() {
    return (retryAfter.toMillis() + 999) / 1000;
  }

  Reply.Json reply(String traceId) {
    Map<String, String> error = new LinkedHashMap<>();
    error.put("code", code);
    error.put("message", String.valueOf(getMessage()));
    error.putAll(input);
    error.put("traceId", traceId);
    List<Reply.Header> headers = new ArrayList<>();
    if (retryAfterSeconds() > 0) {
      headers.add(new Reply.Header("retry-after", Long.toString(retryAfterSeconds())));
    }
    if (status == 401) {
      headers.add(new Reply.Header("www-authenticate", "Bearer realm=\"blockring\""));
    }
    return new Reply.Json(status, Map.of("error", error), headers);
  }
}
