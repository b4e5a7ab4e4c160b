package io.blockring.client.origin;

import java.time.Duration;

/** An origin did not answer a request as asked. */
public final class OriginException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What a caller does about it. */
  public enum Kind {
    /** There is no such key: a plain answer, cached for a short while. */
    NOT_FOUND,
    /** The bucket itself does not exist. */
    NO_BUCKET,
    /** The key now has another version or none: the read that asked cannot go on. */
    CHANGED,
    /** Credentials are missing, wrong, expired or not allowed to do this. */
    DENIED,
    /** 503, 429: come back later. */
    THROTTLED,
    /** No connection, no answer in time, an answer that broke off, 5xx. */
    UNAVAILABLE,
    /**
     * An answer that contradicts the request: ignored range, other length, weak identity. Nothing
     * of it is kept.
     */
    BROKEN
  }

  private final Kind kind;
  private final Duration retryAfter;
  private final boolean isOfOrigin;

  /**
   * @param message what happened, to what, with values and limits; no credentials
   */
  public OriginException(Kind kind, String message) {
    this(kind, message, Duration.ZERO, null);
  }

  public OriginException(
      Kind kind,
      String message,
      Duration retryAfter,
      @org.jspecify.annotations.Nullable Throwable cause) {
    this(kind, message, retryAfter, cause, true);
  }

  private OriginException(
      Kind kind,
      String message,
      Duration retryAfter,
      @org.jspecify.annotations.Nullable Throwable cause,
      boolean isOfOrigin) {
    super(message, cause);
    this.kind = kind;
    this.retryAfter = retryAfter;
    this.isOfOrigin = isOfOrigin;
  }

  /** The caller was interrupted, or had no turn: that says nothing about the origin. */
  public static OriginException ofCaller(
      Kind kind,
      String message,
      Duration retryAfter,
      @org.jspecify.annotations.Nullable Throwable cause) {
    return new OriginException(kind, message, retryAfter, cause, false);
  }

  /** Whether it tells how the origin is; else the caller left, or this process did not ask. */
  public boolean isOfOrigin() {
    return isOfOrigin;
  }

  public Kind kind() {
    return kind;
  }

  /** As the origin asked, zero when it did not say. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
