package io.blockring.mount.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes messages of {@code linux/fuse.h}, protocol 7. Nothing decoded refers to the buffer. */
final class RequestReader {
  /** Of {@code fuse_in_header}. */
  static final int HEADER_BYTES = 40;

  static final int LOOKUP = 1;
  static final int FORGET = 2;
  static final int GETATTR = 3;
  static final int SETATTR = 4;
  static final int READLINK = 5;
  static final int OPEN = 14;
  static final int READ = 15;
  static final int WRITE = 16;
  static final int STATFS = 17;
  static final int RELEASE = 18;
  static final int INIT = 26;
  static final int OPENDIR = 27;
  static final int READDIR = 28;
  static final int RELEASEDIR = 29;
  static final int INTERRUPT = 36;
  static final int DESTROY = 38;
  static final int IOCTL = 39;
  static final int BATCH_FORGET = 42;
  static final int READDIRPLUS = 44;

  /**
   * SYMLINK, MKNOD, MKDIR, UNLINK, RMDIR, RENAME, LINK, SETXATTR, REMOVEXATTR, CREATE, FALLOCATE,
   * RENAME2, COPY_FILE_RANGE, TMPFILE.
   */
  private static final List<Integer> OTHER_CHANGES =
      List.of(6, 8, 9, 10, 11, 12, 13, 21, 24, 35, 43, 45, 47, 51);

  private RequestReader() {}

  /**
   * Decodes the message that fills the buffer.
   *
   * @throws IllegalArgumentException when it is shorter than it must be
   */
  static Request read(ByteBuffer message) {
    ByteBuffer in = message.duplicate().order(ByteOrder.nativeOrder());
    if (in.remaining() < HEADER_BYTES || in.getInt(in.position()) != in.remaining()) {
      throw new IllegalArgumentException(
          "a FUSE message of " + in.remaining() + " bytes is shorter than it says");
    }
    int at = in.position();
    Request.Header header =
        new Request.Header(
            in.getInt(at + 4), in.getLong(at + 8), in.getLong(at + 16), in.getInt(at + 32));
    in.position(at + HEADER_BYTES);
    ByteBuffer body = in.slice().order(ByteOrder.nativeOrder());
    try {
      return body(header, body);
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "FUSE request " + header.opcode() + " has a body of only " + body.limit() + " bytes", e);
    }
  }

  private static Request body(Request.Header header, ByteBuffer body) {
    int opcode = header.opcode();
    return switch (opcode) {
      case INIT -> init(header, body);
      case LOOKUP -> new Request.Lookup(header, name(body));
      case FORGET ->
          new Request.Forget(
              header, List.of(new Request.Forgotten(header.inode(), body.getLong(0))));
      case BATCH_FORGET -> new Request.Forget(header, forgotten(body));
      case GETATTR -> new Request.GetAttributes(header);
      case OPEN -> new Request.Open(header, body.getInt(0));
      case READ -> new Request.Read(header, body.getLong(0), body.getLong(8), body.getInt(16));
      case RELEASE -> new Request.Release(header, body.getLong(0));
      case OPENDIR -> new Request.OpenDirectory(header);
      case READDIR, READDIRPLUS ->
          new Request.ReadDirectory(
              header, body.getLong(0), body.getLong(8), body.getInt(16), opcode == READDIRPLUS);
      case RELEASEDIR -> new Request.ReleaseDirectory(header, body.getLong(0));
      case STATFS -> new Request.StatFs(header);
      case INTERRUPT -> new Request.Interrupt(header, body.getLong(0));
      case DESTROY -> new Request.Destroy(header);
      case SETATTR, WRITE -> new Request.Change(header);
      case IOCTL -> new Request.DeviceControl(header);
      case READLINK -> new Request.ReadLink(header);
      default ->
          OTHER_CHANGES.contains(opcode)
              ? new Request.Change(header)
              : new Request.LeftToKernel(header);
    };
  }

  private static Request.Init init(Request.Header header, ByteBuffer body) {
    long flags = Integer.toUnsignedLong(body.getInt(12));
    if ((flags & Protocol.INIT_EXT) != 0 && body.limit() >= 20) {
      flags |= Integer.toUnsignedLong(body.getInt(16)) << 32;
    }
    return new Request.Init(header, body.getInt(0), body.getInt(4), body.getInt(8), flags);
  }

  private static List<Request.Forgotten> forgotten(ByteBuffer body) {
    int count = body.getInt(0);
    List<Request.Forgotten> inodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      inodes.add(new Request.Forgotten(body.getLong(8 + 16 * i), body.getLong(16 + 16 * i)));
    }
    return inodes;
  }

  private static @Nullable String name(ByteBuffer body) {
    int end = 0;
    while (body.get(end) != 0) {
      end++;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(body.slice(0, end)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
