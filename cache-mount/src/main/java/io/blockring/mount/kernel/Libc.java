package io.blockring.mount.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** The system calls of this module. Each throws what the kernel refuses. */
final class Libc {
  static final int O_RDWR = 2;
  static final int O_CLOEXEC = 0x80000;
  static final int MS_RDONLY = 1;
  static final int MS_NOSUID = 2;
  static final int MS_NODEV = 4;
  static final int MNT_DETACH = 2;

  private static final int STATFS_BYTES = 256;
  private static final int IOVEC_BYTES = 16;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final AddressLayout TEXT =
      ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(256, JAVA_BYTE));

  private static final MethodHandle OPEN =
      variadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle IOCTL =
      variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle READ = call("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITEV = call("writev", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle MOUNT =
      call("mount", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle UMOUNT2 = call("umount2", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle STATFS = call("statfs", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SETSID = call("setsid", JAVA_INT);
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(TEXT, JAVA_INT));

  private Libc() {}

  static int open(String path, int flags) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags, 0);
      check(fd, state, "open " + path);
      return fd;
    } catch (Throwable e) {
      throw sneaky(e);
    }
  }

  static void close(int fd) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      check((int) CLOSE.invokeExact(state, fd), state, "close");
    } catch (Throwable e) {
      throw sneaky(e);
    }
  }

  /** An ioctl whose argument is a 32-bit number in memory. */
  static void ioctl(int fd, long request, int argument, String name) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result =
          (int) IOCTL.invokeExact(state, fd, request, arena.allocateFrom(JAVA_INT, argument));
      check(result, state, "ioctl " + name);
    } catch (Throwable e) {
      throw sneaky(e);
    }
  }

  /** Reads into a direct buffer, from its start; its limit says how much came. */
  static void read(int fd, ByteBuffer direct) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      direct.clear();
      MemorySegment room = MemorySegment.ofBuffer(direct);
      long count = (long) READ.invokeExact(state, fd, room, room.byteSize());
      check(count, state, "read");
      direct.limit((int) count);
    } catch (Throwable e) {
      throw sneaky(e);
    }
  }

  /** Writes what remains of all buffers in one call; heap buffers cost a copy. */
  static long writev(int fd, ByteBuffer... buffers) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment vector = arena.allocate((long) IOVEC_BYTES * buffers.length, 8);
      for (int i = 0; i < buffers.length; i++) {
        MemorySegment bytes = MemorySegment.ofBuffer(buffers[i]);
        if (!bytes.isNative()) {
          bytes = arena.allocate(bytes.byteSize()).copyFrom(bytes);
        }
        vector.set(ADDRESS, (long) IOVEC_BYTES * i, bytes);
        vector.set(JAVA_LONG, (long) IOVEC_BYTES * i + 8, bytes.byteSize());
      }
      long count = (long) WRITEV.invokeExact(state, fd, vector, buffers.length);
      check(count, state, "writev");
      return count;
    } catch (Throwable e) {
      throw sneaky(e);
    } finally {
      // The kernel has read them by address only.
      Reference.reachabilityFence(buffers);
    }
  }

  static void mount(String source, String target, String type, long flags, String data)
      throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result =
          (int)
              MOUNT.invokeExact(
                  state,
                  arena.allocateFrom(source),
                  arena.allocateFrom(target),
                  arena.allocateFrom(type),
                  flags,
                  arena.allocateFrom(data));
      check(result, state, "mount " + target);
    } catch (Throwable e) {
      throw sneaky(e);
    }
  }

  static void umount2(String target, int flags) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      check(
          (int) UMOUNT2.invokeExact(state, arena.allocateFrom(target), flags),
          state,
          "umount " + target);
    } catch (Throwable e) {
      throw sneaky(e);
    }
  }

  /** Only whether it works is of interest. */
  static void statfs(String path) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result =
          (int)
              STATFS.invokeExact(state, arena.allocateFrom(path), arena.allocate(STATFS_BYTES, 8));
      check(result, state, "statfs " + path);
    } catch (Throwable e) {
      throw sneaky(e);
    }
  }

  static void setsid() throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      check((int) SETSID.invokeExact(state), state, "setsid");
    } catch (Throwable e) {
      throw sneaky(e);
    }
  }

  private static void check(long result, MemorySegment state, String what)
      throws SystemCallException {
    if (result < 0) {
      int errno = state.get(JAVA_INT, 0);
      throw new SystemCallException(what, errno, meaning(errno));
    }
  }

  private static String meaning(int errno) {
    try {
      return ((MemorySegment) STRERROR.invokeExact(errno)).getString(0);
    } catch (Throwable e) {
      return "error";
    }
  }

  /** Method handles declare any Throwable; only ours and unchecked ones come. */
  private static SystemCallException sneaky(Throwable e) throws SystemCallException {
    switch (e) {
      case SystemCallException ours -> throw ours;
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      default -> throw new IllegalStateException(e);
    }
  }

  private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle variadic(
      String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(fixed));
  }
}
