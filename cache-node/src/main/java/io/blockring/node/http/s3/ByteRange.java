package io.blockring.node.http.s3;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a {@code Range} header asks of an object of a certain size. */
sealed interface ByteRange {

  /** No range, or one that S3 ignores: other units, several ranges, an end before its start. */
  record Whole() implements ByteRange {}

  /** At least one byte, all within the object. */
  record Part(long offset, long length) implements ByteRange {

    /** The {@code Content-Range} of an object with this many bytes. */
    String contentRange(long size) {
      return "bytes " + offset + "-" + (offset + length - 1) + "/" + size;
    }
  }

  /** Well-formed, but no byte of the object is in it. */
  record Unsatisfiable() implements ByteRange {}

  Pattern SINGLE = Pattern.compile("\\s*bytes\\s*=\\s*(\\d*)\\s*-\\s*(\\d*)\\s*");

  static ByteRange of(@Nullable String header, long size) {
    Matcher matcher = SINGLE.matcher(header == null ? "" : header);
    if (!matcher.matches()) {
      return new Whole();
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    if (first.isEmpty()) {
      return last.isEmpty() ? new Whole() : suffix(number(last), size);
    }
    long start = number(first);
    long end = last.isEmpty() ? Long.MAX_VALUE : number(last);
    if (end < start) {
      return new Whole();
    }
    return start >= size
        ? new Unsatisfiable()
        : new Part(start, Math.min(end, size - 1) - start + 1);
  }

  private static ByteRange suffix(long wanted, long size) {
    long length = Math.min(wanted, size);
    return length == 0 ? new Unsatisfiable() : new Part(size - length, length);
  }

  /** Digits only; more than a long holds is more than any object has. */
  private static long number(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }
}
