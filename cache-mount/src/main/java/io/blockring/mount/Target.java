package io.blockring.mount;

import io.blockring.mount.kernel.Errno;
import io.blockring.mount.kernel.MountPoint;
import io.blockring.mount.kernel.MountTable;
import io.blockring.mount.kernel.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directory that is mounted on, and what is there before and after. */
final class Target {
  private final Path path;
  private final MountPoint point;

  private Target(Path path) {
    this.path = path;
    this.point = new MountPoint(path);
  }

  /** Looks only at what is above it: the directory itself may be a dead mount. */
  static Target of(Path written) throws MountFailure {
    Path absolute = written.toAbsolutePath().normalize();
    Path above = absolute.getParent();
    Path name = absolute.getFileName();
    if (above == null || name == null) {
      throw new MountFailure(ExitStatus.USAGE, "nothing can be mounted on " + absolute);
    }
    try {
      Path real = above.toRealPath().resolve(name.toString());
      return new Target(Files.isSymbolicLink(real) ? real.toRealPath() : real);
    } catch (IOException e) {
      throw new MountFailure(ExitStatus.NOT_FOUND, absolute + ": no such directory", e);
    }
  }

  MountPoint point() {
    return point;
  }

  MountPoint.State probe() throws MountFailure, InterruptedException {
    try {
      return point.probe();
    } catch (IOException e) {
      throw new MountFailure(ExitStatus.INTERNAL, "the table of mounts: " + e.getMessage(), e);
    }
  }

  /**
   * Makes sure that it can be mounted on; takes a dead mount away.
   *
   * @return whether there was a dead one
   */
  boolean clear() throws MountFailure, InterruptedException {
    boolean wasStale = false;
    MountPoint.State state = probe();
    while (state == MountPoint.State.STALE) {
      wasStale = true;
      detach();
      state = probe();
    }
    switch (state) {
      case ALIVE ->
          throw new MountFailure(
              ExitStatus.CONFLICT,
              source()
                  + " is mounted at "
                  + path
                  + " already; cachectl umount "
                  + path
                  + " ends it");
      case SILENT ->
          throw new MountFailure(
              ExitStatus.CONFLICT,
              source()
                  + " is mounted at "
                  + path
                  + " and does not answer; cachectl umount --lazy "
                  + path
                  + " takes it away");
      case FREE, STALE -> {
        if (!Files.isDirectory(path)) {
          throw new MountFailure(ExitStatus.NOT_FOUND, path + ": no such directory");
        }
      }
    }
    return wasStale;
  }

  void detach() throws MountFailure {
    try {
      point.detach();
    } catch (SystemCallException e) {
      throw refused(e);
    }
  }

  static MountFailure refused(SystemCallException e) {
    boolean isForbidden =
        switch (e.errno()) {
          case Errno.EPERM, Errno.EACCES, Errno.ENODEV, Errno.ENOENT -> true;
          default -> false;
        };
    return isForbidden
        ? new MountFailure(
            ExitStatus.NO_FUSE,
            "FUSE is not permitted here: "
                + e.getMessage()
                + "; it takes /dev/fuse and root (CAP_SYS_ADMIN)",
            e)
        : new MountFailure(ExitStatus.INTERNAL, String.valueOf(e.getMessage()), e);
  }

  /** What is mounted there, for messages. */
  String source() {
    try {
      MountTable.Mounted mounted = MountTable.at(path);
      return mounted == null ? "nothing" : mounted.source();
    } catch (IOException e) {
      return "something";
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
