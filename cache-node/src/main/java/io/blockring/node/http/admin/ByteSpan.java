package io.blockring.node.http.admin;

import org.jspecify.annotations.Nullable;

/**
 * Which bytes of an object to answer with.
 *
 * @param isPartial the request named a range, so the answer is a 206
 */
record ByteSpan(long offset, long length, boolean isPartial) {
  private static final String FORM =
      "one range: bytes=FIRST-LAST, bytes=FIRST- or bytes=-COUNT, with at most 18 digits each";

  /** What a {@code Range} header, or none, asks for of an object of this size. */
  static ByteSpan of(@Nullable String range, long size) throws ApiException {
    if (range == null) {
      return new ByteSpan(0, size, false);
    }
    int dash = range.indexOf('-');
    if (!range.startsWith("bytes=") || dash < 0) {
      throw ApiException.badInput("header Range", range, FORM);
    }
    String first = range.substring("bytes=".length(), dash);
    String last = range.substring(dash + 1);
    if (first.isEmpty()) {
      long count = Math.min(number(last, range), size);
      return within(size - count, size - 1, size, range);
    }
    long end = last.isEmpty() ? size - 1 : Math.min(number(last, range), size - 1);
    return within(number(first, range), end, size, range);
  }

  private static ByteSpan within(long first, long last, long size, String range)
      throws ApiException {
    if (first >= size || last < first) {
      throw new ApiException(
          416, "range", "'" + range + "' names no byte of an object of " + size + " bytes");
    }
    return new ByteSpan(first, last - first + 1, true);
  }

  private static long number(String digits, String range) throws ApiException {
    if (digits.isEmpty() || digits.length() > 18 || !digits.chars().allMatch(ByteSpan::isDigit)) {
      throw ApiException.badInput("header Range", range, FORM);
    }
    return Long.parseLong(digits);
  }

  private static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }
}
