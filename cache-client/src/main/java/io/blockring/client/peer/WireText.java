package io.blockring.client.peer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-escapes for keys in paths and identities in headers. Reading is strict. */
public final class WireText {
  private WireText() {}

  /**
   * A key as the last part of a path: everything but {@code [A-Za-z0-9._~-]} is escaped, slashes
   * too, so that nothing between the two sides can tidy the path up.
   *
   * @throws IllegalArgumentException when it is not Unicode (a lone surrogate)
   */
  public static String escapeKey(String key) {
    return escape(key, false);
  }

  /** A header's value: only what could not stand there, and the percent sign, is escaped. */
  public static String escapeValue(String value) {
    return escape(value, true);
  }

  /**
   * Undoes both.
   *
   * @throws IllegalArgumentException on a broken escape or bytes that are not UTF-8
   */
  public static String unescape(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteBuffer bytes = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        bytes.put((byte) c);
      } else if (i + 2 < text.length() && isHex(text.charAt(i + 1)) && isHex(text.charAt(i + 2))) {
        bytes.put((byte) HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else {
        throw new IllegalArgumentException(
            "broken escape at character " + i + " of '" + text + "'");
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("'" + text + "' is not UTF-8", e);
    }
  }

  private static String escape(String text, boolean isValue) {
    boolean isPlain = true;
    for (int i = 0; i < text.length() && isPlain; i++) {
      isPlain = staysAsIs(text.charAt(i), isValue);
    }
    return isPlain ? text : escapeBytes(utf8(text), isValue);
  }

  private static String escapeBytes(ByteBuffer bytes, boolean isValue) {
    StringBuilder escaped = new StringBuilder(bytes.remaining() * 2);
    while (bytes.hasRemaining()) {
      int b = bytes.get() & 0xff;
      if (staysAsIs((char) b, isValue)) {
        escaped.append((char) b);
      } else {
        escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) b));
      }
    }
    return escaped.toString();
  }

  private static ByteBuffer utf8(String text) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("'" + text + "' is not Unicode text", e);
    }
  }

  private static boolean staysAsIs(char c, boolean isValue) {
    return isValue ? c > ' ' && c < 0x7f && c != '%' : isUnreserved(c);
  }

  static boolean isUnreserved(char c) {
    return isLetter(c) || isDigit(c) || c == '-' || c == '.' || c == '_' || c == '~';
  }

  private static boolean isHex(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
