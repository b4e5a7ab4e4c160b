package io.blockring.mount.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An open {@code /dev/fuse}. */
public final class FuseDevice implements KernelChannel {
  private static final String PATH = "/dev/fuse";
  private static final int OUT_HEADER_BYTES = 16;

  /** Above the least that the kernel takes, so that a long list of forgotten inodes fits. */
  private static final int REQUEST_BYTES = 64 * 1024;

  private final int fd;
  private final ByteBuffer request =
      ByteBuffer.allocateDirect(REQUEST_BYTES).order(ByteOrder.nativeOrder());
  private final AtomicBoolean isClosed = new AtomicBoolean();

  private FuseDevice(int fd) {
    this.fd = fd;
  }

  /** Opens a device that is not mounted yet. */
  public static FuseDevice open() throws SystemCallException {
    return new FuseDevice(Libc.open(PATH, Libc.O_RDWR | Libc.O_CLOEXEC));
  }

  /** A further line of the same mount; after {@link #handshake}. */
  public FuseDevice another() throws SystemCallException {
    FuseDevice clone = open();
    try {
      Libc.ioctl(clone.fd, Protocol.CLONE, fd, "FUSE_DEV_IOC_CLONE");
      return clone;
    } catch (SystemCallException e) {
      clone.close();
      throw e;
    }
  }

  /**
   * Mounts on a directory. The kernel itself answers until the {@link #handshake}.
   *
   * @param source what the table of mounts shows
   */
  public void mount(String source, String target, int userId, int groupId)
      throws SystemCallException {
    Libc.mount(
        source,
        target,
        MountTable.TYPE,
        Libc.MS_RDONLY | Libc.MS_NOSUID | Libc.MS_NODEV,
        "fd="
            + fd
            + ",rootmode=40000,user_id="
            + userId
            + ",group_id="
            + groupId
            + ",allow_other,default_permissions");
  }

  /**
   * Agrees with the kernel on how to speak: the first request of a mount.
   *
   * @param largestRead bytes of one read request
   * @param background how many reads ahead may be under way
   */
  public void handshake(int largestRead, int readAhead, int background) throws IOException {
    Request first = receive();
    if (!(first instanceof Request.Init init)) {
      throw new IOException("the kernel's first request is " + first + ", not INIT");
    }
    if (init.major() != Protocol.MAJOR || init.minor() < Protocol.OLDEST_MINOR) {
      throw new IOException(
          "the kernel speaks FUSE "
              + init.major()
              + "."
              + init.minor()
              + ", needs "
              + Protocol.MAJOR
              + "."
              + Protocol.OLDEST_MINOR
              + " (Linux 5.4)");
    }
    answer(init.header().unique(), Answers.init(init, largestRead, readAhead, background));
  }

  @Override
  public @Nullable Request receive() throws IOException {
    while (true) {
      try {
        Libc.read(fd, request);
        return RequestReader.read(request);
      } catch (SystemCallException e) {
        switch (e.errno()) {
          case Errno.ENODEV -> {
            return null;
          }
          // ENOENT: the request was taken back while it was read.
          case Errno.EINTR, Errno.EAGAIN, Errno.ENOENT -> {}
          default -> throw e;
        }
      }
    }
  }

  @Override
  public boolean answer(long unique, ByteBuffer... pieces) throws IOException {
    int length = OUT_HEADER_BYTES;
    for (ByteBuffer piece : pieces) {
      length += piece.remaining();
    }
    ByteBuffer[] all = new ByteBuffer[pieces.length + 1];
    all[0] = header(length, 0, unique);
    System.arraycopy(pieces, 0, all, 1, pieces.length);
    return write(all);
  }

  @Override
  public boolean refuse(long unique, int errno) throws IOException {
    return write(header(OUT_HEADER_BYTES, -errno, unique));
  }

  private boolean write(ByteBuffer... pieces) throws IOException {
    try {
      Libc.writev(fd, pieces);
      return true;
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENODEV) {
        return false;
      }
      throw e;
    }
  }

  private static ByteBuffer header(int length, int error, long unique) {
    return ByteBuffer.allocate(OUT_HEADER_BYTES)
        .order(ByteOrder.nativeOrder())
        .putInt(length)
        .putInt(error)
        .putLong(unique)
        .flip();
  }

  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) {
      try {
        Libc.close(fd);
      } catch (SystemCallException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
