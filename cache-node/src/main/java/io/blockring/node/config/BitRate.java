package io.blockring.node.config;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bits a second, as network interfaces are sold, written {@code 10Gb/s}; or {@code unlimited}.
 *
 * @param bitsPerSecond 0: unlimited
 */
public record BitRate(long bitsPerSecond) {
  private static final String UNLIMITED = "unlimited";
  private static final Pattern FORM = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,3})?)\\s*([MGT])b/s");
  private static final long LEAST = 100_000_000L;

  /** Reads a rate; powers of 1000, as everywhere in networks. */
  public static BitRate parse(String text) {
    String stripped = text.strip();
    if (stripped.equals(UNLIMITED)) {
      return new BitRate(0);
    }
    Matcher matcher = FORM.matcher(stripped);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a rate: write bits a second, as in 10Gb/s or 2.5Gb/s (Mb/s, Gb/s, Tb/s),"
              + " or unlimited");
    }
    long bits =
        new BigDecimal(matcher.group(1)).movePointRight(exponent(matcher.group(2))).longValue();
    if (bits < LEAST) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is below "
              + new BitRate(LEAST)
              + ": readers of whole blocks would be kept waiting beyond their deadlines");
    }
    return new BitRate(bits);
  }

  /** 0: unlimited. */
  public long bytesPerSecond() {
    return bitsPerSecond / Byte.SIZE;
  }

  /** In the largest unit that is not above it. */
  @Override
  public String toString() {
    if (bitsPerSecond == 0) {
      return UNLIMITED;
    }
    String unit =
        bitsPerSecond >= 1_000_000_000_000L ? "T" : bitsPerSecond >= 1_000_000_000L ? "G" : "M";
    return BigDecimal.valueOf(bitsPerSecond)
            .movePointLeft(exponent(unit))
            .stripTrailingZeros()
            .toPlainString()
        + unit
        + "b/s";
  }

  private static int exponent(String unit) {
    return switch (unit) {
      case "M" -> 6;
      case "G" -> 9;
      default -> 12;
    };
  }
}
