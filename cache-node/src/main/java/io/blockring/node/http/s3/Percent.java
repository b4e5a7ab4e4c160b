package io.blockring.node.http.s3;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-coding as S3 and its signatures want it. */
final class Percent {
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  private Percent() {}

  /** A path: {@code +} is a plus. */
  static String decodePath(String raw) throws S3Exception {
    return decode(raw, false);
  }

  /** A part of a query: {@code +} is a space. */
  static String decodeQuery(String raw) throws S3Exception {
    return decode(raw, true);
  }

  private static String decode(String raw, boolean isPlusSpace) throws S3Exception {
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        bytes[length++] = hexByte(raw, i);
        i += 2;
      } else if (c == '+' && isPlusSpace) {
        bytes[length++] = ' ';
      } else {
        // The request line arrives as Latin-1: a char above 0x7F is one raw byte of UTF-8.
        bytes[length++] = (byte) c;
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new S3Exception(S3Code.INVALID_URI, "not UTF-8 after percent-decoding: '" + raw + "'");
    }
  }

  private static byte hexByte(String raw, int at) throws S3Exception {
    if (at + 2 < raw.length()
        && HexFormat.isHexDigit(raw.charAt(at + 1))
        && HexFormat.isHexDigit(raw.charAt(at + 2))) {
      return (byte) HexFormat.fromHexDigits(raw, at + 1, at + 3);
    }
    throw new S3Exception(
        S3Code.INVALID_URI, "'%' at position " + at + " is not followed by two hex digits");
  }

  /** All but unreserved characters as upper-case {@code %XX}, of the text's UTF-8 bytes. */
  static String encode(String text) {
    return encode(text, UNRESERVED);
  }

  /** The same, but slashes stay. */
  static String encodeKey(String text) {
    return encode(text, UNRESERVED + "/");
  }

  private static String encode(String text, String kept) {
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    HexFormat hex = HexFormat.of().withUpperCase();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (kept.indexOf(b) >= 0) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(hex.toHexDigits(b));
      }
    }
    return encoded.toString();
  }
}
