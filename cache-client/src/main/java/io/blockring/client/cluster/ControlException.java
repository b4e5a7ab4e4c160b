package io.blockring.client.cluster;

import java.io.IOException;

/** A node's control port did not answer a call. Says nothing about any object. */
public final class ControlException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What the caller does about it. */
  public enum Kind {
    /** No connection, or no sign of life on one: the node may be gone. Ask another. */
    SILENT,
    /** The caller's time was over, or its thread interrupted: says nothing about the node. */
    GIVEN_UP,
    /** The node could not answer, but it lives: ask another. */
    UNAVAILABLE,
    /** The node has too much in flight: come back later. */
    BUSY,
    /** The node does not take this request: another cluster, an unknown mount, a bad value. */
    REFUSED
  }

  private final Kind kind;

  public ControlException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
