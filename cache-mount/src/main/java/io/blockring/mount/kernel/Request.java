package io.blockring.mount.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the kernel asks, decoded. Offsets and sizes are bytes. */
public sealed interface Request {

  Header header();

  /**
   * What every request begins with.
   *
   * @param unique names the request in its answer
   * @param inode the id of the inode that it is about; 1 is the root
   * @param processId of the thread that asks; 0 when the kernel asks for itself
   */
  record Header(int opcode, long unique, long inode, int processId) {}

  /** Which protocol the kernel speaks. */
  record Init(Header header, int major, int minor, int maxReadahead, long flags)
      implements Request {}

  /**
   * Asks for a name in a directory.
   *
   * @param name as the bytes say; null when they are no UTF-8, which no key can be
   */
  record Lookup(Header header, @Nullable String name) implements Request {}

  /** Look-ups that the kernel no longer counts on. Has no answer. */
  record Forget(Header header, List<Forgotten> inodes) implements Request {}

  /** How many look-ups of one inode are taken back. */
  record Forgotten(long inode, long lookups) {}

  record GetAttributes(Header header) implements Request {}

  record Open(Header header, int flags) implements Request {}

  record Read(Header header, long handle, long offset, int size) implements Request {}

  record Release(Header header, long handle) implements Request {}

  record OpenDirectory(Header header) implements Request {}

  /**
   * Asks for the names in a directory.
   *
   * @param offset the cookie of the last entry that was taken; 0 at the start
   * @param size bytes that the answer may have
   * @param isWithEntries whether each name comes with its inode (READDIRPLUS)
   */
  record ReadDirectory(Header header, long handle, long offset, int size, boolean isWithEntries)
      implements Request {}

  record ReleaseDirectory(Header header, long handle) implements Request {}

  record StatFs(Header header) implements Request {}

  /**
   * A signal came for who waits for another request.
   *
   * @param target that request's unique
   */
  record Interrupt(Header header, long target) implements Request {}

  /** The last request of a mount. */
  record Destroy(Header header) implements Request {}

  /** Anything that would change the file system. */
  record Change(Header header) implements Request {}

  /** An ioctl on a file. */
  record DeviceControl(Header header) implements Request {}

  /** Symbolic links are read; there are none. */
  record ReadLink(Header header) implements Request {}

  /** What is better left to the kernel: told so once, it does not ask again. */
  record LeftToKernel(Header header) implements Request {}
}
