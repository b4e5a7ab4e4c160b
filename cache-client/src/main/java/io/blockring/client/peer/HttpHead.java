package io.blockring.client.peer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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

  private static final int OFFSETS = 5;
  private static final int MOST_DIGITS = 18;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOWEST_BITS = 0x0101010101010101L;
  private static final long HIGHEST_BITS = LOWEST_BITS << 7;
  private static final long LINE_FEEDS = LOWEST_BITS * '\n';

  /** The bytes that names are of, in lower case; 0 for all others. */
  private static final byte[] NAME_BYTES = nameBytes();

  private final byte[] bytes;
  private final int startLineEnd;
  // Per field: where its name starts and ends, where its value starts and ends, the name's hash.
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
    for (int i = lineFeed(bytes, from, to); i >= 0; i = lineFeed(bytes, i + 1, to)) {
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

  /** The first LF, or -1. Eight bytes at a time: heads are looked through on every hit. */
  private static int lineFeed(byte[] bytes, int from, int to) {
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      // A byte that is LF is 0 here, and only zeros (and what is above one) borrow their top bit.
      long differences = (long) LONGS.get(bytes, i) ^ LINE_FEEDS;
      long zeros = differences - LOWEST_BITS & ~differences & HIGHEST_BITS;
      if (zeros != 0) {
        return i + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
      }
    }
    while (i < to && bytes[i] != '\n') {
      i++;
    }
    return i < to ? i : -1;
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
    for (int field = next(0, name); field >= 0; field = next(field + 1, name)) {
      found++;
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
    int field = only(name);
    return field < 0 ? null : text(offsets[field * OFFSETS + 2], offsets[field * OFFSETS + 3]);
  }

  /**
   * Whether a field has this value, its case included.
   *
   * @param name in lower case
   * @param value ASCII only
   * @throws MalformedHeadException when it stands there twice
   */
  public boolean is(String name, String value) throws MalformedHeadException {
    int field = only(name);
    if (field < 0) {
      return false;
    }
    int start = offsets[field * OFFSETS + 2];
    boolean isValue = offsets[field * OFFSETS + 3] - start == value.length();
    for (int i = 0; i < value.length() && isValue; i++) {
      isValue = bytes[start + i] == value.charAt(i);
    }
    return isValue;
  }

  /**
   * A field that is a number of at most 18 decimal digits.
   *
   * @return -1 when there is no such field
   */
  public long number(String name) throws MalformedHeadException {
    int field = only(name);
    if (field < 0) {
      return -1;
    }
    int start = offsets[field * OFFSETS + 2];
    int end = offsets[field * OFFSETS + 3];
    long number = 0;
    boolean isNumber = start < end && end - start <= MOST_DIGITS;
    for (int i = start; i < end && isNumber; i++) {
      isNumber = bytes[i] >= '0' && bytes[i] <= '9';
      number = 10 * number + bytes[i] - '0';
    }
    if (!isNumber) {
      throw new MalformedHeadException(
          name + " is not a number from 0 to 10^18: '" + text(start, end) + "'");
    }
    return number;
  }

  /** Whether this is 1 to 18 decimal digits and nothing else. */
  public static boolean isDigits(String text) {
    boolean isDigits = !text.isEmpty() && text.length() <= MOST_DIGITS;
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
    int hash = 0;
    for (int b = nameByte(start); nameEnd < lineEnd && b != 0; b = nameByte(nameEnd)) {
      hash = 31 * hash + b;
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
    offsets[at + 4] = hash;
  }

  /** The one field of this name, or -1. */
  private int only(String name) throws MalformedHeadException {
    int field = next(0, name);
    if (field >= 0 && next(field + 1, name) >= 0) {
      throw new MalformedHeadException("two fields are called " + name);
    }
    return field;
  }

  /** The first field of this name from one on, or -1. Names have been hashed as strings are. */
  private int next(int from, String name) {
    int hash = name.hashCode();
    for (int field = from; field < fields; field++) {
      if (offsets[field * OFFSETS + 4] == hash && isNamed(field, name)) {
        return field;
      }
    }
    return -1;
  }

  private boolean isNamed(int field, String name) {
    int start = offsets[field * OFFSETS];
    if (offsets[field * OFFSETS + 1] - start != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (nameByte(start + i) != name.charAt(i)) {
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

  private int nameByte(int index) {
    byte b = bytes[index];
    return b < 0 ? 0 : NAME_BYTES[b];
  }

  private static byte[] nameBytes() {
    byte[] nameBytes = new byte[128];
    for (int c = ' ' + 1; c < 0x7f; c++) {
      if ("\"(),/:;<=>?@[\\]{}".indexOf(c) < 0) {
        nameBytes[c] = (byte) (c >= 'A' && c <= 'Z' ? c + 32 : c);
      }
    }
    return nameBytes;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private String text(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
  }
}
