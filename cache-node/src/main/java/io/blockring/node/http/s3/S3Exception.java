package io.blockring.node.http.s3;

import io.blockring.client.ReadException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request that is answered with an error document. It has no stack trace: it is an answer, and a
 * client may cause any number of them.
 */
final class S3Exception extends Exception {
  private static final long serialVersionUID = 1L;

  private final S3Code code;
  private final transient Map<String, String> details = new LinkedHashMap<>();
  private final transient Map<String, String> headers = new LinkedHashMap<>();

  /**
   * @param message for people: what happened, to what, with values and limits; no secrets
   */
  S3Exception(S3Code code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** An argument that cannot be taken as it is. */
  static S3Exception argument(String name, String value, String message) {
    return new S3Exception(S3Code.INVALID_ARGUMENT, message)
        .detail("ArgumentName", name)
        .detail("ArgumentValue", value);
  }

  /** What a failed read means to an S3 client. */
  static S3Exception of(ReadException e, String key) {
    String message = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case NOT_FOUND -> new S3Exception(S3Code.NO_SUCH_KEY, message).detail("Key", key);
      case DENIED -> new S3Exception(S3Code.ACCESS_DENIED, message);
      case THROTTLED, BUSY -> new S3Exception(S3Code.SLOW_DOWN, message).retryAfter(e.retryAfter());
      case CHANGED, UNAVAILABLE ->
          new S3Exception(S3Code.SERVICE_UNAVAILABLE, message).retryAfter(e.retryAfter());
    };
  }

  /** One more element of the error document. */
  S3Exception detail(String name, String value) {
    details.put(name, value);
    return this;
  }

  /** One more header of the response. */
  S3Exception header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** {@code Retry-After} in whole seconds, at least 1. */
  S3Exception retryAfter(Duration wait) {
    return header("Retry-After", Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
  }

  S3Code code() {
    return code;
  }

  Map<String, String> details() {
    return details;
  }

  Map<String, String> headers() {
    return headers;
  }
}
