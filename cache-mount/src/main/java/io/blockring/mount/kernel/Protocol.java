package io.blockring.mount.kernel;

/** Numbers of {@code linux/fuse.h}. */
final class Protocol {
  static final int MAJOR = 7;

  /** What this code was written to; an older kernel, from 7.31, is answered in its own. */
  static final int MINOR = 38;

  static final int OLDEST_MINOR = 31;

  static final long ASYNC_READ = 1;
  static final long DO_READDIRPLUS = 1L << 13;
  static final long READDIRPLUS_AUTO = 1L << 14;
  static final long PARALLEL_DIROPS = 1L << 18;
  static final long MAX_PAGES = 1L << 22;
  static final long INIT_EXT = 1L << 30;

  /**
   * Not among them: POSIX_LOCKS and FLOCK_LOCKS, so that the kernel itself grants locks;
   * AUTO_INVAL_DATA, as an inode's bytes never change; NO_OPEN_SUPPORT, as an open asks for the
   * current version.
   */
  static final long WANTED =
      ASYNC_READ | DO_READDIRPLUS | READDIRPLUS_AUTO | PARALLEL_DIROPS | MAX_PAGES;

  /** Keep what the page cache has of this inode. */
  static final int FOPEN_KEEP_CACHE = 1 << 1;

  /** {@code FUSE_DEV_IOC_CLONE}. */
  static final long CLONE = 0x8004E500L;

  static final int MODE_DIRECTORY = 0040555;
  static final int MODE_FILE = 0100444;
  static final int ENTRY_DIRECTORY = 4;
  static final int ENTRY_FILE = 8;

  private Protocol() {}
}
