package io.blockring.node.http.admin;

/** An operation that cannot be done. The message is for people and names the numbers. */
public final class OperationException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What the operator can do about it. */
  public enum Kind {
    /** What was named does not exist. */
    NOT_FOUND,
    /** It exists, but not in a state in which this may be done. */
    CONFLICT,
    /** The bucket refuses our credentials. */
    DENIED,
    /** Too much is going on; come back. */
    BUSY,
    /** Who must do it cannot be reached now. */
    UNAVAILABLE
  }

  private final Kind kind;

  public OperationException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
