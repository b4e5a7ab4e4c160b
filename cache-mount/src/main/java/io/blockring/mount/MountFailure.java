package io.blockring.mount;

/** An end with one clear line. */
final class MountFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final ExitStatus status;

  MountFailure(ExitStatus status, String message) {
    super(message);
    this.status = status;
  }

  MountFailure(ExitStatus status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  ExitStatus status() {
    return status;
  }
}
