package io.blockring.node.blockport;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * ASCII in the making. A head is put together here and handed over at once, since each call on a
 * direct buffer has a price of its own.
 */
final class HeadText {
  private static final int MOST_DIGITS = 20;

  private byte[] bytes = new byte[512];
  private int length;

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  HeadText add(byte[] text) {
    require(text.length);
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
    return this;
  }

  /**
   * @param text ASCII only
   */
  @SuppressWarnings("deprecation") // It drops the upper half of each char, and there is none.
  HeadText add(String text) {
    require(text.length());
    text.getBytes(0, text.length(), bytes, length);
    length += text.length();
    return this;
  }

  HeadText add(char c) {
    require(1);
    bytes[length++] = (byte) c;
    return this;
  }

  /**
   * @param number not negative
   */
  HeadText add(long number) {
    require(MOST_DIGITS);
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    long rest = number;
    for (int at = length + digits - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
    return this;
  }

  /** Appends it to the buffer, and is empty again. */
  void moveTo(ByteBuf out) {
    out.writeBytes(bytes, 0, length);
    length = 0;
  }

  private void require(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
