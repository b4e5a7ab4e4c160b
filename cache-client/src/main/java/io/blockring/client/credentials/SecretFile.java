package io.blockring.client.credentials;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Reads files that hold secrets, and refuses those that others may read. */
public final class SecretFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final Set<PosixFilePermission> ALLOWED =
      PosixFilePermissions.fromString("rwxr-x---");

  private SecretFile() {}

  /**
   * The text of a file with permissions 0600, 0640 or less.
   *
   * @throws IOException naming the file and what to change; never what is in it
   */
  public static String read(Path file) throws IOException {
    try {
      requirePrivate(file);
      return bounded(file);
    } catch (NoSuchFileException e) {
      throw new IOException(file + " does not exist", e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + " may not be read by this user", e);
    }
  }

  /** The text of a file that anyone may read. */
  static String readPublic(Path file) throws IOException {
    try {
      return bounded(file);
    } catch (NoSuchFileException e) {
      throw new IOException(file + " does not exist", e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + " may not be read by this user", e);
    }
  }

  private static void requirePrivate(Path file) throws IOException {
    if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
      return;
    }
    Set<PosixFilePermission> given = Files.getPosixFilePermissions(file);
    if (!ALLOWED.containsAll(given)) {
      throw new IOException(
          file
              + " has permissions "
              + PosixFilePermissions.toString(given)
              + ", but holds secrets: chmod 600 (or 640) it");
    }
  }

  private static String bounded(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException(file + " is longer than " + MAX_BYTES + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
