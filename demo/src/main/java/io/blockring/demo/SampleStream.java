package io.blockring.demo;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A sample file as a stream, for uploads. One thread. */
final class SampleStream extends InputStream {
  private final SampleFile file;
  private long position;

  SampleStream(SampleFile file) {
    this.file = file;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    int wanted = (int) Math.min(length, file.size() - position);
    if (wanted == 0) {
      return -1;
    }
    file.read(position, ByteBuffer.wrap(target, offset, wanted));
    position += wanted;
    return wanted;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, file.size() - position);
  }
}
