package io.blockring.client.origin.s3;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code Content-Range} header.
 *
 * @param last offset of the last byte, inclusive as in the header
 * @param total bytes of the whole object
 */
record ContentRange(long first, long last, long total) {
  private static final Pattern HEADER =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

  /** Reads {@code bytes 0-9/100}; null for anything else, an unknown total among it. */
  static @Nullable ContentRange parse(@Nullable String header) {
    Matcher match = HEADER.matcher(header == null ? "" : header);
    return match.matches()
        ? new ContentRange(
            Long.parseLong(match.group(1)),
            Long.parseLong(match.group(2)),
            Long.parseLong(match.group(3)))
        : null;
  }

  long length() {
    return last - first + 1;
  }

  @Override
  public String toString() {
    return "bytes " + first + "-" + last + "/" + total;
  }
}
