package io.blockring.client.origin.s3;

/** Keys could not be had. The message says from where, never what was found there. */
final class CredentialsFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean isLocal;

  /**
   * @param isLocal the source is this machine: asking again will not help
   */
  CredentialsFailure(String message, boolean isLocal, Throwable cause) {
    super(message, cause);
    this.isLocal = isLocal;
  }

  boolean isLocal() {
    return isLocal;
  }
}
