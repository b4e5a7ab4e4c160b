package io.blockring.client.compression;

import io.blockring.client.compression.LinkFrames.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The plain bytes of {@link LinkFrames}, each frame proved before the first of its bytes is given
 * out. Takes at most two frames of memory, whatever the stream says. One thread.
 */
public final class FrameStream extends InputStream {
  private final InputStream frames;
  private int promised;
  private byte[] packed = new byte[0];
  private byte[] plain = new byte[0];
  private int position;
  private int limit;
  private long taken;

  /**
   * @param promised how many plain bytes there are; more, or a frame that goes beyond, is malformed
   */
  public FrameStream(InputStream frames, int promised) {
    this.frames = frames;
    this.promised = promised;
  }

  /** Bytes taken from the stream of frames so far. */
  public long taken() {
    return taken;
  }

  @Override
  public int read() throws IOException {
    if (position == limit && !nextFrame()) {
      return -1;
    }
    return plain[position++] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position == limit && !nextFrame()) {
      return -1;
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(plain, position, target, offset, count);
    position += count;
    return count;
  }

  /**
   * @return false at the end of the stream, be all bytes there or not
   */
  private boolean nextFrame() throws IOException {
    byte[] header = new byte[LinkFrames.HEADER_BYTES];
    int got = frames.readNBytes(header, 0, header.length);
    taken += got;
    if (got == 0) {
      return false;
    }
    if (got < header.length) {
      throw new IOException("the stream ends within a frame's header");
    }
    ByteBuffer head = ByteBuffer.wrap(header);
    int sent = head.getInt();
    int length = head.getInt();
    requireSane(sent, length);
    packed = room(packed, sent);
    int body = frames.readNBytes(packed, 0, sent);
    taken += body;
    if (body < sent) {
      throw new IOException("the stream ends after " + body + " bytes of a frame of " + sent);
    }
    decode(sent, length, head.getInt());
    promised -= length;
    position = 0;
    limit = length;
    return true;
  }

  private void requireSane(int sent, int length) throws MalformedException {
    if (length < 1 || length > LinkFrames.MAX_PLAIN_BYTES || sent < 1 || sent > length) {
      throw new MalformedException("a frame of " + sent + " bytes for " + length);
    }
    if (length > promised) {
      throw new MalformedException("a frame of " + length + " bytes where " + promised + " follow");
    }
  }

  private void decode(int sent, int length, int crc) throws MalformedException {
    if (sent == length) {
      byte[] swapped = plain;
      plain = packed;
      packed = swapped;
    } else {
      plain = room(plain, length);
      try {
        Lz4.decompress(ByteBuffer.wrap(packed, 0, sent), ByteBuffer.wrap(plain, 0, length));
      } catch (IOException e) {
        throw new MalformedException(String.valueOf(e.getMessage()));
      }
    }
    if (LinkFrames.checksum(ByteBuffer.wrap(plain, 0, length)) != crc) {
      Arrays.fill(plain, (byte) 0);
      throw new MalformedException("a frame of " + length + " bytes fails its checksum");
    }
  }

  private static byte[] room(byte[] have, int bytes) {
    return have.length >= bytes ? have : new byte[LinkFrames.MAX_PLAIN_BYTES];
  }

  @Override
  public void close() throws IOException {
    frames.close();
  }
}
