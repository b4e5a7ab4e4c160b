package io.blockring.client.compression;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How a body travels compressed between two clusters. A reader that sends {@link #ACCEPT} with a
 * range may get an answer that says {@link #ENCODING}: then the body is not the range's bytes but
 * frames, each with a header of three big-endian ints:
 *
 * <pre>
 * length as sent | length of its plain bytes | CRC32C of its plain bytes
 * </pre>
 *
 * and as many bytes as the first says: LZ4, or the plain bytes themselves when both lengths are
 * equal. The plain bytes of all frames are the range. How long that is stands in the answer's
 * {@code Content-Range}; a body that ends before is a broken one. Stores other than ours know
 * neither field and answer as always.
 */
public final class LinkFrames {
  /** The reader's header. */
  public static final String ACCEPT = "x-blockring-accept-encoding";

  /** The answer's header. */
  public static final String ENCODING = "x-blockring-encoding";

  /** The one value of both. */
  public static final String LZ4 = "lz4";

  public static final int HEADER_BYTES = 3 * Integer.BYTES;

  /** Plain bytes of one frame at most. */
  public static final int MAX_PLAIN_BYTES = 128 * 1024;

  private LinkFrames() {}

  /**
   * Makes one frame of all that remains in {@code plain}, between 1 and {@value #MAX_PLAIN_BYTES}
   * bytes, if that is shorter than the frame of the plain bytes.
   *
   * @param frame takes header and bytes
   * @return false, and neither buffer moved, when compressing does not help: {@link #plainHeader}
   *     and the bytes themselves are the frame then
   */
  public static boolean compress(ByteBuffer plain, ByteBuffer frame) {
    int length = plain.remaining();
    int crc = checksum(plain);
    ByteBuffer body =
        frame.slice(
            frame.position() + HEADER_BYTES,
            Math.min(frame.remaining() - HEADER_BYTES, length - 1));
    int packed = Lz4.compress(plain, body);
    if (packed < 0) {
      return false;
    }
    frame.putInt(packed).putInt(length).putInt(crc);
    frame.position(frame.position() + packed);
    return true;
  }

  /** What stands in front of plain bytes that are sent as they are. */
  public static ByteBuffer plainHeader(ByteBuffer plain) {
    int length = plain.remaining();
    return ByteBuffer.allocate(HEADER_BYTES)
        .putInt(length)
        .putInt(length)
        .putInt(checksum(plain))
        .flip();
  }

  /** The bytes of a body are not frames, or not those of what was promised. */
  public static final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }
}
