package io.blockring.node.store.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The system calls that Java's own files do not offer, or offer only with a catch: a thread that is
 * interrupted in a {@code FileChannel} closes it for everybody. Results below 0 are negated errno
 * values, so that callers need no second channel for errors.
 */
final class Kernel {
  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;

  /** One of the few flags that architectures number differently. */
  static final int O_DIRECT = System.getProperty("os.arch").equals("aarch64") ? 0x10000 : 0x4000;

  static final int O_CREAT = 0x40;
  static final int O_CLOEXEC = 0x80000;
  static final int KEEP_SIZE = 1;
  static final int PUNCH_HOLE = 2;
  static final int ZERO_RANGE = 16;

  /** Reads of a mapping load pages of 2 MiB where the kernel can. */
  static final int HUGEPAGE = 14;

  /** Reads of a mapping load nothing beside what they need. */
  static final int RANDOM_ACCESS = 1;

  /** Reads all of a mapping now (Linux 5.14); an unreadable page is an error, not a signal. */
  static final int POPULATE_READ = 22;

  private static final int PROT_READ = 1;
  private static final int MAP_SHARED = 1;
  private static final int RWF_NOWAIT = 8;
  private static final int RANDOM = 1;
  private static final int WILLNEED = 3;
  private static final int DONTNEED = 4;

  /** The same number on every architecture; glibc has no wrapper yet. */
  private static final long CACHESTAT = 451;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_VALUE = STATE.varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle OPEN =
      bind(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          ERRNO,
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO);
  private static final MethodHandle PREAD =
      bind(
          "pread",
          FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG),
          ERRNO);
  private static final MethodHandle PWRITE =
      bind(
          "pwrite",
          FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG),
          ERRNO);
  private static final MethodHandle FDATASYNC =
      bind("fdatasync", FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO);
  private static final MethodHandle FALLOCATE =
      bind(
          "fallocate",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
          ERRNO);
  private static final MethodHandle FADVISE =
      bind(
          "posix_fadvise",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle PREADV2 =
      bind(
          "preadv2",
          FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT),
          ERRNO);
  private static final MethodHandle MMAP =
      bind(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MUNMAP =
      bind("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle MADVISE =
      bind("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle CACHESTAT_CALL =
      bind(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT),
          ERRNO,
          Linker.Option.firstVariadicArg(1));

  /** Bytes of a page of this machine's page cache. */
  static final int PAGE_BYTES = pageBytes();

  private Kernel() {}

  static int open(String path, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags, mode);
      return fd >= 0 ? fd : -errno(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int close(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = (int) CLOSE.invokeExact(state, fd);
      return result == 0 ? 0 : -errno(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long pread(int fd, MemorySegment target, long position) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long n = (long) PREAD.invokeExact(state, fd, target, target.byteSize(), position);
      return n >= 0 ? n : -errno(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long pwrite(int fd, MemorySegment source, long position) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long n = (long) PWRITE.invokeExact(state, fd, source, source.byteSize(), position);
      return n >= 0 ? n : -errno(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int fdatasync(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = (int) FDATASYNC.invokeExact(state, fd);
      return result == 0 ? 0 : -errno(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int fallocate(int fd, int mode, long position, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = (int) FALLOCATE.invokeExact(state, fd, mode, position, length);
      return result == 0 ? 0 : -errno(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Begins to read a range into the page cache. A hint: what goes wrong shows when it is read. */
  static void willNeed(int fd, long position, long length) {
    advise(fd, position, length, WILLNEED);
  }

  /** Reads of this descriptor bring in what they ask for and no more. */
  static void readNothingAhead(int fd) {
    advise(fd, 0, 0, RANDOM);
  }

  /** Takes a range's clean pages out of the page cache, but for those that are in use. A hint. */
  static void dropPages(int fd, long position, long length) {
    advise(fd, position, length, DONTNEED);
  }

  private static void advise(int fd, long position, long length, int advice) {
    try {
      int ignored = (int) FADVISE.invokeExact(fd, position, length, advice);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Like {@link #pread}, of what can be had without the device: fewer bytes, or -EAGAIN. */
  static long preadWithoutWaiting(int fd, MemorySegment target, long position) {
    try (Arena arena = Arena.ofConfined()) {
      // In one piece, since small hits come by here: a vector of one, and the state.
      MemorySegment all = arena.allocate(16 + STATE.byteSize(), 8);
      MemorySegment vector = all.asSlice(0, 16);
      MemorySegment state = all.asSlice(16);
      vector.set(ADDRESS, 0, target);
      vector.set(JAVA_LONG, 8, target.byteSize());
      long n = (long) PREADV2.invokeExact(state, fd, vector, 1, position, RWF_NOWAIT);
      return n >= 0 ? n : -errno(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Maps a range of whole pages for reading; -1 when that fails. Nobody may read through it. */
  static long map(int fd, long position, long length) {
    try {
      return (long) MMAP.invokeExact(0L, length, PROT_READ, MAP_SHARED, fd, position);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static void unmap(long address, long length) {
    try {
      int ignored = (int) MUNMAP.invokeExact(address, length);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Whether the kernel does so. */
  static boolean adviseMapping(long address, long length, int advice) {
    try {
      return (int) MADVISE.invokeExact(address, length, advice) == 0;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** How many pages of a range are in the page cache. */
  static long cachedPages(int fd, long position, long length) {
    try (Arena arena = Arena.ofConfined()) {
      // In one piece, since every hit comes by here: two longs of the range, five of the counts.
      MemorySegment all = arena.allocate(56 + STATE.byteSize(), 8);
      MemorySegment range = all.asSlice(0, 16);
      MemorySegment counts = all.asSlice(16, 40);
      MemorySegment state = all.asSlice(56);
      range.set(JAVA_LONG, 0, position);
      range.set(JAVA_LONG, 8, length);
      long result = (long) CACHESTAT_CALL.invokeExact(state, CACHESTAT, fd, range, counts, 0);
      return result == 0 ? counts.get(JAVA_LONG, 0) : -errno(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static int pageBytes() {
    try {
      return (int) bind("getpagesize", FunctionDescriptor.of(JAVA_INT)).invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static int errno(MemorySegment state) {
    return (int) ERRNO_VALUE.get(state, 0L);
  }

  private static MethodHandle bind(
      String name, FunctionDescriptor types, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), types, options);
  }

  private static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
  }
}
