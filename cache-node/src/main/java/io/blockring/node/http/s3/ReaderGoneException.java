package io.blockring.node.http.s3;

import java.io.IOException;

/** Nobody takes the response any more: the client closed, or it has stalled beyond its deadline. */
final class ReaderGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean isStalled;

  ReaderGoneException(String message, boolean isStalled) {
    super(message);
    this.isStalled = isStalled;
  }

  boolean isStalled() {
    return isStalled;
  }
}
