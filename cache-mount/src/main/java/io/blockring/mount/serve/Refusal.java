package io.blockring.mount.serve;

import io.blockring.client.ReadException;
import io.blockring.mount.kernel.Errno;

/** A request that is answered with an error number. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  Refusal(int errno, String message) {
    super(message);
    this.errno = errno;
  }

  private Refusal(int errno, ReadException cause) {
    super(cause.getMessage(), cause);
    this.errno = errno;
  }

  static Refusal of(ReadException e) {
    int errno =
        switch (e.kind()) {
          case NOT_FOUND -> Errno.ENOENT;
          case CHANGED -> Errno.ESTALE;
          case DENIED -> Errno.EACCES;
          case THROTTLED, BUSY, UNAVAILABLE -> Errno.EIO;
        };
    return new Refusal(errno, e);
  }

  int errno() {
    return errno;
  }

  /** Whether somebody should read of it in the log: the cluster failed, nobody asked wrongly. */
  boolean isTrouble() {
    return errno == Errno.EIO || errno == Errno.EACCES;
  }
}
