package io.blockring.client.origin.file;

import io.blockring.client.namespace.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the file system says of the file behind a path at one moment. Two equal states around a read
 * prove that the bytes between are of one content: a write changes the modification time before it
 * changes bytes, and a file moved away and back has another change time.
 *
 * <p>Not seen: writes through a shared mapping after its first dirty page, and writes to file
 * systems whose times are coarser than {@link #SETTLED_NANOS}.
 */
record FileState(
    Object device,
    Object inode,
    long size,
    long modifiedNanos,
    long changedNanos,
    boolean isRegular,
    boolean isDirectory) {

  /** Twice the longest tick of a kernel's clock: an older time stamp will not be given again. */
  static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Follows symbolic links. */
  static FileState of(Path path) throws IOException {
    Map<String, Object> a =
        Files.readAttributes(
            path, "unix:dev,ino,size,lastModifiedTime,ctime,isRegularFile,isDirectory");
    return new FileState(
        of(a, "dev"),
        of(a, "ino"),
        (Long) of(a, "size"),
        nanos(of(a, "lastModifiedTime")),
        nanos(of(a, "ctime")),
        (Boolean) of(a, "isRegularFile"),
        (Boolean) of(a, "isDirectory"));
  }

  Identity identity() {
    return new Identity(Identity.Kind.FILE, size + "-" + modifiedNanos);
  }

  long modifiedMillis() {
    return TimeUnit.NANOSECONDS.toMillis(modifiedNanos);
  }

  /** Nanoseconds until a further write is sure to get another time stamp; 0 when that is now. */
  long unsettledNanos(long epochNanosNow) {
    long age = epochNanosNow - modifiedNanos;
    // A time in the future was set by somebody; the next write will set the present one.
    return age < 0 ? 0 : Math.max(0, SETTLED_NANOS - age);
  }

  private static Object of(Map<String, Object> attributes, String name) {
    Object value = attributes.get(name);
    if (value == null) {
      throw new IllegalStateException("the file system does not tell a file's " + name);
    }
    return value;
  }

  private static long nanos(Object time) {
    return ((FileTime) time).to(TimeUnit.NANOSECONDS);
  }
}
