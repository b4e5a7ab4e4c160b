package io.blockring.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A read that cannot be answered, after every rung was tried. The message is for people and names
 * the numbers.
 */
public final class ReadException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What the caller can do about it. Edges turn these into status codes. */
  public enum Kind {
    /** There is no such key. */
    NOT_FOUND,
    /** Overwritten or deleted while it was read: open it again. */
    CHANGED,
    /** The bucket refuses our credentials. */
    DENIED,
    /** The bucket asks for less; nobody has the block. Come back after {@link #retryAfter}. */
    THROTTLED,
    /** This cluster has too much in flight. Come back after {@link #retryAfter}. */
    BUSY,
    /** Neither members nor the bucket answered before the deadline. */
    UNAVAILABLE
  }

  private final Kind kind;
  private final Duration retryAfter;

  public ReadException(Kind kind, String message) {
    this(kind, message, Duration.ZERO, null);
  }

  public ReadException(Kind kind, String message, Duration retryAfter, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  public Kind kind() {
    return kind;
  }

  /** Zero when nobody said. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
