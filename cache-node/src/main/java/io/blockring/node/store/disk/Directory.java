package io.blockring.node.store.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A directory that belongs to one process at a time, from {@link #take} to {@link #close}. */
public final class Directory implements AutoCloseable {
  private static final String LOCK = "lock";

  private final Path path;
  private final FileChannel lockFile;

  /** The lock file as its file system knows it: device and inode. */
  private final @Nullable Object identity;

  private Directory(Path path, FileChannel lockFile) throws IOException {
    this.path = path;
    this.lockFile = lockFile;
    this.identity = identity(path);
  }

  /**
   * Makes the directory if need be and takes its lock, which the kernel lets go of when the process
   * dies.
   *
   * @throws DirectoryInUseException when another process, or another store of this one, has it
   * @throws IOException when it cannot be made or written, or lacks what safe reuse needs
   */
  public static Directory take(Path path) throws IOException {
    Files.createDirectories(path);
    FileChannel lockFile =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (tryLock(lockFile) == null) {
        throw new DirectoryInUseException(path);
      }
      requireReusableRanges(path);
      return new Directory(path, lockFile);
    } catch (IOException e) {
      lockFile.close();
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  /**
   * Whether the path still leads to the directory that was taken: not once it is unmounted, or
   * another is mounted over it.
   */
  public boolean isInPlace() throws IOException {
    try {
      return Objects.equals(identity, identity(path));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Whether the path's file system can be written to; touches nothing. */
  public boolean isWritable() {
    return Files.isWritable(path);
  }

  /** Gives a file its final name, replacing what has it; durable when this returns. */
  public void rename(String from, String to) throws IOException {
    Files.move(path.resolve(from), path.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    sync();
  }

  /** Makes new and removed names durable. */
  public void sync() throws IOException {
    try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Lets go of the lock. */
  @Override
  public void close() throws IOException {
    lockFile.close();
  }

  private static @Nullable Object identity(Path path) throws IOException {
    return Files.readAttributes(path.resolve(LOCK), BasicFileAttributes.class).fileKey();
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Without either call a slot could only be reused in place: refuse before a block is taken. */
  private static void requireReusableRanges(Path path) throws IOException {
    Path probe = path.resolve("probe");
    try (DiskFile file = DiskFile.open(probe)) {
      file.detach(0, 64 * 1024);
    } catch (KernelException e) {
      if (e.isUnsupported()) {
        throw new IOException(
            path
                + ": its file system ("
                + Files.getFileStore(path).type()
                + ") has neither fallocate ZERO_RANGE nor PUNCH_HOLE; use ext4 or xfs",
            e);
      }
      // A full disk is no reason not to start: what is there can be served and reused.
      if (!e.isOutOfSpace()) {
        throw e;
      }
    } finally {
      Files.deleteIfExists(probe);
    }
  }
}
