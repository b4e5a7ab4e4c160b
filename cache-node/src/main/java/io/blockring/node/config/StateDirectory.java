package io.blockring.node.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The directory with what a node must not lose: its id, its book. Locked against a second process
 * while open; the id in it names this node for ever, whatever its address.
 */
public final class StateDirectory implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private final Path path;
  private final FileChannel lockFile;
  private final String nodeId;

  private StateDirectory(Path path, FileChannel lockFile, String nodeId) {
    this.path = path;
    this.lockFile = lockFile;
    this.nodeId = nodeId;
  }

  /**
   * Locks the directory (made if it is not there) and reads the node's id, or makes one at the
   * first start.
   *
   * @param wantedId as set; empty for whatever is there
   * @throws StartException when another process has it, the id is unreadable, or another one is
   *     wanted
   */
  public static StateDirectory open(Path path, String wantedId) throws StartException {
    if (!wantedId.isEmpty() && !ID.matcher(wantedId).matches()) {
      throw new StartException(
          "node.id '"
              + wantedId
              + "' is not 1 to 63 of a-z, 0-9 and dash, starting without a dash");
    }
    FileChannel lockFile = lock(path);
    try {
      return new StateDirectory(path, lockFile, readOrMakeId(path.resolve("node-id"), wantedId));
    } catch (StartException e) {
      closeQuietly(lockFile, e);
      throw e;
    }
  }

  private static FileChannel lock(Path path) throws StartException {
    try {
      Files.createDirectories(path);
      FileChannel file =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(file);
      if (lock == null) {
        file.close();
        throw new StartException(
            "node.stateDir " + path + " is in use by another process: two nodes cannot share it");
      }
      return file;
    } catch (IOException e) {
      throw new StartException("node.stateDir " + path + " cannot be used: " + e, e);
    }
  }

  private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel file)
      throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by this very process: the same answer as for another one.
      return null;
    }
  }

  private static String readOrMakeId(Path file, String wantedId) throws StartException {
    try {
      if (Files.exists(file)) {
        String id = parse(file, Files.readString(file));
        if (!wantedId.isEmpty() && !wantedId.equals(id)) {
          throw new StartException(
              "node.id is set to "
                  + wantedId
                  + ", but "
                  + file
                  + " says "
                  + id
                  + ": its blocks were placed under that id; remove the setting, or use an empty"
                  + " stateDir");
        }
        return id;
      }
      String id =
          wantedId.isEmpty()
              ? "n-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), 12)
              : wantedId;
      DurableFile.replace(file, (id + "\n" + checksum(id) + "\n").getBytes(StandardCharsets.UTF_8));
      return id;
    } catch (IOException e) {
      throw new StartException(file + " cannot be read or written: " + e, e);
    }
  }

  private static String parse(Path file, String text) throws StartException {
    String[] lines = text.split("\n", -1);
    if (lines.length >= 2
        && ID.matcher(lines[0]).matches()
        && lines[1].equals(checksum(lines[0]))) {
      return lines[0];
    }
    throw new StartException(
        file
            + " is damaged ("
            + text.length()
            + " characters; expected an id and its checksum): restore it, or remove it to join as a"
            + " new node whose blocks will be fetched again");
  }

  private static String checksum(String id) {
    CRC32C crc = new CRC32C();
    crc.update(id.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  public Path path() {
    return path;
  }

  public String nodeId() {
    return nodeId;
  }

  /** Lets another process use the directory. */
  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void closeQuietly(FileChannel file, Exception reason) {
    try {
      file.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }
}
