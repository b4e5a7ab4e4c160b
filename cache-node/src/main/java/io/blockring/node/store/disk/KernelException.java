package io.blockring.node.store.disk;

import java.io.IOException;

/** A system call on a file failed. */
public final class KernelException extends IOException {
  private static final long serialVersionUID = 1L;

  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;
  static final int ENOSPC = 28;
  static final int EROFS = 30;
  static final int ENOSYS = 38;
  static final int EINVAL = 22;
  static final int EOPNOTSUPP = 95;
  static final int EDQUOT = 122;

  private final int errno;

  KernelException(String call, String file, int errno) {
    super(call + " " + file + ": " + name(errno));
    this.errno = errno;
  }

  /** Whether the kernel does not do what was asked, here or at all. */
  public boolean isInvalidArgument() {
    return errno == EINVAL;
  }

  /** Whether the file system or a quota is full: others' space, not a fault of the device. */
  public boolean isOutOfSpace() {
    return errno == ENOSPC || errno == EDQUOT;
  }

  /** Whether there is no such file. */
  public boolean isNoSuchFile() {
    return errno == ENOENT;
  }

  boolean isUnsupported() {
    return errno == EOPNOTSUPP || errno == ENOSYS;
  }

  private static String name(int errno) {
    return switch (errno) {
      case EPERM -> "not permitted (EPERM)";
      case EIO -> "the device failed (EIO)";
      case ENOSPC -> "no space left (ENOSPC)";
      case EROFS -> "the file system is read-only (EROFS)";
      case ENOSYS, EOPNOTSUPP -> "not supported by this kernel or file system";
      case EDQUOT -> "over the quota (EDQUOT)";
      case ENOENT -> "no such file (ENOENT)";
      case 13 -> "permission denied (EACCES)";
      case 24 -> "too many open files in this process (EMFILE)";
      case 27 -> "file too large (EFBIG)";
      default -> "errno " + errno;
    };
  }
}
