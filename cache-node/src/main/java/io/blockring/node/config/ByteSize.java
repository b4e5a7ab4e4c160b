package io.blockring.node.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, at least 0, written {@code 4096}, {@code 64KiB}, {@code 4MiB}. */
public record ByteSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,19})\\s*(B|KiB|MiB|GiB|TiB|PiB)?");
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes below 0: " + bytes);
    }
  }

  /** Reads a size; powers of 1024 only, so that nobody wonders which kilobyte is meant. */
  public static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size: write bytes or a whole number of KiB, MiB, GiB, TiB, PiB");
    }
    try {
      long unit = 1;
      for (int i = 0; matcher.group(2) != null && !UNITS[i].equals(matcher.group(2)); i++) {
        unit *= 1024;
      }
      return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is more than 2^63 bytes", e);
    }
  }

  /** In the largest unit that loses nothing. */
  @Override
  public String toString() {
    long value = bytes;
    int unit = 0;
    while (value != 0 && value % 1024 == 0 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? Long.toString(value) : value + UNITS[unit];
  }
}
