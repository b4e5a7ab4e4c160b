package io.blockring.mirror;

/** One object could not be copied, for a reason of its own. */
final class CopyException extends Exception {
  private static final long serialVersionUID = 1L;

  CopyException(String message) {
    super(message);
  }
}
