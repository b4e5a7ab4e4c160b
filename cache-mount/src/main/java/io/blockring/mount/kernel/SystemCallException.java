package io.blockring.mount.kernel;

import java.io.IOException;

/** A system call that failed. The message names call, argument and error. */
public final class SystemCallException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  SystemCallException(String call, int errno, String meaning) {
    super(call + ": " + meaning + " (errno " + errno + ")");
    this.errno = errno;
  }

  /** See {@link Errno}. */
  public int errno() {
    return errno;
  }
}
