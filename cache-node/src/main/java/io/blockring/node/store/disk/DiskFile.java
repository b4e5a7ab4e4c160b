package io.blockring.node.store.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One open file, for positional access by many threads. Buffers are direct. Interrupting a thread
 * in here neither stops it nor closes the file. Closing it while others use it is the caller's
 * mistake: the descriptor's number may belong to another file then.
 */
public final class DiskFile implements AutoCloseable {
  /** What direct reads must be aligned to, on every disk and file system in use. */
  public static final int DIRECT_UNIT_BYTES = 4096;

  /** How far apart pages are sampled where the kernel cannot count them. */
  private static final int SAMPLE_BYTES = 64 * 1024;

  private static final int READ_AHEAD_BYTES = 128 * 1024;

  /** After so long nothing that was asked for is on its way any more, or the disk hangs. */
  private static final long ARRIVED_NANOS = 2_000_000_000L;

  private static final int OWNER_ONLY = 0600;

  /** Set once a call is known to be missing here; races only repeat the discovery. */
  private static volatile boolean canCountPages = true;

  private final Path path;
  private final int fd;

  /** Cleared once a call is known to be missing on this file system. */
  private volatile boolean canReadWithoutWaiting = true;

  private volatile long readAheadNanos = System.nanoTime() - ARRIVED_NANOS;
  private FileChannel channel;
  private boolean isClosed;

  private DiskFile(Path path, int fd, FileChannel channel) {
    this.path = path;
    this.fd = fd;
    this.channel = channel;
  }

  /** Opens a file for reading and writing; makes it, readable by its owner only, if need be. */
  public static DiskFile open(Path path) throws IOException {
    int flags = Kernel.O_RDWR | Kernel.O_CREAT | Kernel.O_CLOEXEC;
    int fd = (int) check(Kernel.open(path.toString(), flags, OWNER_ONLY), "open", path);
    try {
      return new DiskFile(path, fd, FileChannel.open(path, StandardOpenOption.READ));
    } catch (IOException e) {
      Kernel.close(fd);
      throw e;
    }
  }

  /**
   * Opens a file for reads that come from the device and leave the page cache alone. Buffers,
   * positions and lengths must then be multiples of {@link #DIRECT_UNIT_BYTES}. On a file system
   * that knows no such reads they are as any other. For reading only.
   */
  public static DiskFile openDirect(Path path) throws IOException {
    int flags = Kernel.O_RDONLY | Kernel.O_DIRECT | Kernel.O_CLOEXEC;
    int fd = Kernel.open(path.toString(), flags, 0);
    if (fd == -KernelException.EINVAL) {
      fd = Kernel.open(path.toString(), Kernel.O_RDONLY | Kernel.O_CLOEXEC, 0);
    }
    check(fd, "open", path);
    try {
      return new DiskFile(path, fd, FileChannel.open(path, StandardOpenOption.READ));
    } catch (IOException e) {
      Kernel.close(fd);
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  public long size() throws IOException {
    return channel().size();
  }

  /**
   * For sendfile. Stays open until this file is closed; should an interrupted thread have closed
   * it, this opens another.
   */
  public FileChannel channel() {
    synchronized (this) {
      if (!channel.isOpen() && !isClosed) {
        try {
          channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return channel;
    }
  }

  /**
   * Reads until the buffer is full or the file ends.
   *
   * @return bytes read, fewer than {@code remaining()} only at the file's end
   */
  public int read(ByteBuffer target, long position) throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      long n = Kernel.pread(fd, MemorySegment.ofBuffer(target), position + total);
      if (n == -KernelException.EINTR) {
        continue;
      }
      if (check(n, "read", path) == 0) {
        break;
      }
      target.position(target.position() + (int) n);
      total += (int) n;
    }
    return total;
  }

  /**
   * Asks the kernel to begin reading a range into the page cache, all of it at once, and does not
   * wait for it: a device that takes long for each read then takes that long once.
   */
  public void readAhead(long position, long length) {
    readAheadNanos = System.nanoTime();
    // More in one call than the device takes in one request is not begun.
    for (long at = position; at < position + length; at += READ_AHEAD_BYTES) {
      Kernel.willNeed(fd, at, Math.min(READ_AHEAD_BYTES, position + length - at));
    }
  }

  /**
   * Reads a range into the page cache in pages of up to 2 MiB, where kernel and file system can.
   * What a kernel reads ahead comes in pages of 4 KiB, and to send those costs a quarter more.
   *
   * @param position a multiple of 2 MiB, else bytes in front of it are read too; so are those up to
   *     the next one behind the end
   * @return false when not all of it could be read so: read it otherwise, and hear why
   */
  public boolean populate(long position, long length) {
    long start = position / Kernel.PAGE_BYTES * Kernel.PAGE_BYTES;
    long bytes = position + length - start;
    long address = Kernel.map(fd, start, bytes);
    if (address == -1) {
      return false;
    }
    try {
      return Kernel.adviseMapping(address, bytes, Kernel.HUGEPAGE)
          && Kernel.adviseMapping(address, bytes, Kernel.RANDOM_ACCESS)
          && Kernel.adviseMapping(address, bytes, Kernel.POPULATE_READ);
    } finally {
      Kernel.unmap(address, bytes);
    }
  }

  /** From now on nothing but {@link #readAhead} reads more than it was asked for. */
  public void readNothingAhead() {
    Kernel.readNothingAhead(fd);
  }

  /** Writes all of the buffer, in as few calls as the kernel allows. */
  public void write(ByteBuffer source, long position) throws IOException {
    long at = position;
    while (source.hasRemaining()) {
      long n = Kernel.pwrite(fd, MemorySegment.ofBuffer(source), at);
      if (n == -KernelException.EINTR) {
        continue;
      }
      check(n, "write", path);
      source.position(source.position() + (int) n);
      at += n;
    }
  }

  /** Flushes bytes and what is needed to find them again; not times. */
  public void sync() throws IOException {
    check(Kernel.fdatasync(fd), "fdatasync", path);
  }

  /**
   * Prepares a range to be written anew: it reads as zeros, is allocated, and its former pages have
   * left the page cache. Sockets that still send those pages keep them unchanged.
   */
  public void detach(long position, long length) throws IOException {
    int result = Kernel.fallocate(fd, Kernel.ZERO_RANGE | Kernel.KEEP_SIZE, position, length);
    if (result == -KernelException.EOPNOTSUPP) {
      punch(position, length);
    } else {
      check(result, "zero-range", path);
    }
  }

  /** Like {@link #detach}, but gives the range's space back to the file system. */
  public void punch(long position, long length) throws IOException {
    int mode = Kernel.PUNCH_HOLE | Kernel.KEEP_SIZE;
    check(Kernel.fallocate(fd, mode, position, length), "punch-hole", path);
  }

  /**
   * Takes a range out of the page cache, but for pages that are dirty or that a socket still sends.
   * Advice only: it never fails.
   */
  public void dropPages(long position, long length) {
    Kernel.dropPages(fd, position, length);
  }

  /**
   * Whether a range can be read without the device. A hint: counted where the kernel can
   * (cachestat, Linux 6.5), else sampled, else false. Pages that the device has yet to fill are
   * counted too, so the last and the first must be readable, and for a while after {@link
   * #readAhead}, whose requests are answered in any order, a byte of each such request.
   */
  public boolean isInPageCache(long position, long length) {
    long counted = cachedPages(position, length);
    if (counted < 0) {
      return isSampleInPageCache(position, length, SAMPLE_BYTES);
    }
    if (counted < pages(position, length) || !canReadWithoutWaiting) {
      return counted >= pages(position, length);
    }
    boolean isArriving = System.nanoTime() - readAheadNanos < ARRIVED_NANOS;
    return isSampleInPageCache(position, length, isArriving ? READ_AHEAD_BYTES : length)
        || !canReadWithoutWaiting;
  }

  /**
   * Fills the buffer if all of it is in the page cache.
   *
   * @param isKnown whether the range was in the page cache a moment ago. Else the kernel is asked
   *     before: a read that does not wait ({@code RWF_NOWAIT}) begins to read what is missing, and
   *     that would wait where a sick device takes no more requests
   * @return false when it is not; the buffer is as it was then, but for its bytes
   */
  public boolean readAtOnce(ByteBuffer target, long position, boolean isKnown) throws IOException {
    int wanted = target.remaining();
    if (canReadWithoutWaiting && (isKnown || isCounted(position, wanted))) {
      if (readWithoutWaiting(MemorySegment.ofBuffer(target), position) == wanted) {
        target.position(target.limit());
        return true;
      }
    }
    return !canReadWithoutWaiting && isInPageCache(position, wanted) && readWhole(target, position);
  }

  /** Whether all pages of a range are there, be they filled or not; true when nobody can say. */
  public boolean isCounted(long position, long length) {
    long counted = cachedPages(position, length);
    return counted < 0 || counted >= pages(position, length);
  }

  private boolean readWhole(ByteBuffer target, long position) throws IOException {
    int start = target.position();
    if (read(target, position) == target.limit() - start) {
      return true;
    }
    target.position(start);
    return false;
  }

  private static long pages(long position, long length) {
    return (position + length - 1) / Kernel.PAGE_BYTES - position / Kernel.PAGE_BYTES + 1;
  }

  /** Below 0 when the kernel cannot count them. */
  private long cachedPages(long position, long length) {
    if (!canCountPages) {
      return -1;
    }
    long counted = Kernel.cachedPages(fd, position, length);
    // EPERM is what seccomp filters of older container runtimes answer to unknown calls.
    if (counted == -KernelException.ENOSYS || counted == -KernelException.EPERM) {
      canCountPages = false;
    }
    return counted;
  }

  /** Whether the last byte, the first and those so far apart can be read without waiting. */
  boolean isSampleInPageCache(long position, long length, long apart) {
    if (!canReadWithoutWaiting || !isByteInPageCache(position + length - 1)) {
      return false;
    }
    for (long at = position; at < position + length; at += apart) {
      if (!isByteInPageCache(at)) {
        return false;
      }
    }
    return true;
  }

  private boolean isByteInPageCache(long position) {
    try (Arena arena = Arena.ofConfined()) {
      return readWithoutWaiting(arena.allocate(1), position) == 1;
    }
  }

  private long readWithoutWaiting(MemorySegment target, long position) {
    long n = Kernel.preadWithoutWaiting(fd, target, position);
    if (n == -KernelException.EOPNOTSUPP || n == -KernelException.ENOSYS) {
      canReadWithoutWaiting = false;
    }
    return n;
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      channel.close();
    }
    check(Kernel.close(fd), "close", path);
  }

  private static long check(long result, String call, Path path) throws KernelException {
    if (result < 0) {
      throw new KernelException(call, path.toString(), (int) -result);
    }
    return result;
  }
}
