package io.blockring.client.peer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The start line and the fields of one HTTP/1.1 message, read strictly: CRLF only, no folding, no
 * blanks around names, no control characters, ASCII only. What two readers could take differently
 * is refused, so nothing can be smuggled past one of them.
 *
 * <p>A view of the given bytes: take the values out before these change. Not safe for many threads.
 */
public final class HttpHead {
  /** Fields of one head at most. */
  public static final int MAX_FIELDS = 64;

  private static final int OFFSETS = 4;
  private static final boolean[] IS_NAME_BYTE = nameBytes();

  private final byte[] bytes;
  private final int startLineEnd;
  // Per field: where its name starts and ends, where its value starts and ends.
  private int[] offsets = new int[16 * OFFSETS];
  private int fields;

  private HttpHead(byte[] bytes, int startLineEnd) {
    this.bytes = bytes;
    this.startLineEnd = startLineEnd;
  }

  /**
   * Looks for the end of a head that starts at index 0.
   *
   * @param from up to where an earlier call has looked
   * @param to how many bytes there are
   * @return the index behind the empty line, or -1 when it has not come yet
   * @throws MalformedHeadException on a line that ends in LF alone, or an empty first line
   */
  public static int end(byte[] bytes, int from, int to) throws MalformedHeadException {
    for (int i = from; i < to; i++) {
      if (bytes[i] != '\n') {
        continue;
      }
      if (i == 0 || bytes[i - 1] != '\r') {
        throw new MalformedHeadException("a line ends in LF without CR");
      }
      if (i == 1) {
        throw new MalformedHeadException("an empty line stands before the start line");
      }
      if (i >= 3 && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /**
   * Reads a head.
   *
   * @param end as {@link #end} returned it
   */
  public static HttpHead parse(byte[] bytes, int end) throws MalformedHeadException {
    int lineEnd = lineEnd(bytes, 0);
    HttpHead head = new HttpHead(bytes, lineEnd);
    for (int start = lineEnd + 2; start < end - 2; start = lineEnd + 2) {
      lineEnd = lineEnd(bytes, start);
      head.addField(start, lineEnd);
    }
    return head;
  }

  /** The first line without its CRLF. */
  public String startLine() {
    return text(0, startLineEnd);
  }

  /** How many fields have this name (lower case). */
  public int count(String name) {
    int found = 0;
    for (int i = 0; i < fields; i++) {
      found += isNamed(i, name) ? 1 : 0;
    }
    return found;
  }

  /**
   * A field's value, without blanks around it.
   *
   * @param name in lower case
   * @return null when there is no such field
   * @throws MalformedHeadException when it stands there twice
   */
  public @Nullable String value(String name) throws MalformedHeadException {
    String value = null;
    for (int i = 0; i < fields; i++) {
      if (isNamed(i, name)) {
        if (value != null) {
          throw new MalformedHeadException("two fields are called " + name);
        }
        value = text(offsets[i * OFFSETS + 2], offsets[i * OFFSETS + 3]);
      }
    }
    return value;
  }

  /**
   * A field that is a number of at most 18 decimal digits.
   *
   * @return -1 when there is no such field
   */
  public long number(String name) throws MalformedHeadException {
    String value = value(name);
    if (value == null) {
      return -1;
    }
    if (!isDigits(value)) {
      throw new MalformedHeadException(name + " is not a number from 0 to 10^18: '" + value + "'");
    }
    return Long.parseLong(value);
  }

  /** Whether this is 1 to 18 decimal digits and nothing else. */
  public static boolean isDigits(String text) {
    boolean isDigits = !text.isEmpty() && text.length() <= 18;
    for (int i = 0; i < text.length() && isDigits; i++) {
      isDigits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return isDigits;
  }

  private void addField(int start, int lineEnd) throws MalformedHeadException {
    if (fields == MAX_FIELDS) {
      throw new MalformedHeadException("more than " + MAX_FIELDS + " fields");
    }
    int nameEnd = start;
    while (nameEnd < lineEnd && isNameByte(bytes[nameEnd])) {
      nameEnd++;
    }
    if (nameEnd == start || nameEnd == lineEnd || bytes[nameEnd] != ':') {
      throw new MalformedHeadException("field " + (fields + 1) + " is not a name and a colon");
    }
    int valueStart = nameEnd + 1;
    while (valueStart < lineEnd && isBlank(bytes[valueStart])) {
      valueStart++;
    }
    int valueEnd = lineEnd;
    while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) {
      valueEnd--;
    }
    if (fields * OFFSETS == offsets.length) {
      offsets = Arrays.copyOf(offsets, offsets.length * 2);
    }
    int at = fields++ * OFFSETS;
    offsets[at] = start;
    offsets[at + 1] = nameEnd;
    offsets[at + 2] = valueStart;
    offsets[at + 3] = valueEnd;
  }

  private boolean isNamed(int field, String name) {
    int start = offsets[field * OFFSETS];
    if (offsets[field * OFFSETS + 1] - start != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      byte b = bytes[start + i];
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The index of the CR that ends this line; every byte before it is printable ASCII or a tab. */
  private static int lineEnd(byte[] bytes, int start) throws MalformedHeadException {
    int i = start;
    while (bytes[i] >= ' ' && bytes[i] != 0x7f || bytes[i] == '\t') {
      i++;
    }
    if (bytes[i] != '\r' || bytes[i + 1] != '\n') {
      throw new MalformedHeadException("byte " + (bytes[i] & 0xff) + " cannot stand in a head");
    }
    return i;
  }

  private static boolean isNameByte(byte b) {
    return b >= 0 && IS_NAME_BYTE[b];
  }

  private static boolean[] nameBytes() {
    boolean[] isNameByte = new boolean[128];
    for (int c = ' ' + 1; c < 0x7f; c++) {
      isNameByte[c] = "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
    }
    return isNameByte;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private String text(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
  }
}
