package io.blockring.client.origin.file;

import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The directory of a mount: turns keys into files below it and nowhere else. Symbolic links are
 * followed as long as they stay below; the check is on the real path.
 */
record DirectoryRoot(Path path) {

  /**
   * The real path of what the key names.
   *
   * @throws OriginException NOT_FOUND, also for keys that no file can have; NO_BUCKET without the
   *     directory itself; DENIED for links that lead out and files that may not be read
   */
  Path resolve(String key) throws OriginException {
    try {
      Path named = named(key);
      Path root = real();
      Path real = named.toRealPath();
      if (!real.startsWith(root)) {
        throw new OriginException(
            Kind.DENIED, path + ": '" + key + "' is a link that leads out of the directory");
      }
      return real;
    } catch (IOException e) {
      throw translate("'" + key + "'", e);
    }
  }

  /** The directory itself without links. */
  Path real() throws OriginException {
    try {
      return path.toRealPath();
    } catch (NoSuchFileException e) {
      throw new OriginException(
          Kind.NO_BUCKET, "directory " + path + " does not exist", Duration.ZERO, e);
    } catch (IOException e) {
      throw translate("the directory", e);
    }
  }

  private Path named(String key) throws OriginException {
    for (String part : key.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..") || part.indexOf('\0') >= 0) {
        throw new OriginException(
            Kind.NOT_FOUND,
            path + ": '" + key + "' names no file: a part of it is empty, '.', '..' or has a NUL");
      }
    }
    try {
      return path.resolve(key);
    } catch (InvalidPathException e) {
      throw new OriginException(
          Kind.NOT_FOUND,
          path + ": '" + key + "' names no file in this system's encoding",
          Duration.ZERO,
          e);
    }
  }

  OriginException translate(String subject, IOException e) {
    Kind kind =
        switch (e) {
          case NoSuchFileException _, NotDirectoryException _ -> Kind.NOT_FOUND;
          case AccessDeniedException _ -> Kind.DENIED;
          case FileSystemException f when isNoName(f) -> Kind.NOT_FOUND;
          default -> Kind.UNAVAILABLE;
        };
    String why =
        switch (kind) {
          case NOT_FOUND -> "does not exist";
          case DENIED -> "may not be read by this user";
          default -> e.getClass().getSimpleName() + ": " + e.getMessage();
        };
    return new OriginException(kind, path + ": " + subject + " " + why, Duration.ZERO, e);
  }

  /** ENOTDIR and ENAMETOOLONG, which Java has no types for. */
  private static boolean isNoName(FileSystemException e) {
    String reason = e.getReason();
    return reason != null
        && (reason.contains("Not a directory") || reason.contains("name too long"));
  }
}
