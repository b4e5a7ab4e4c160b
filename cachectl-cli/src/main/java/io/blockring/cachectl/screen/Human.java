package io.blockring.cachectl.screen;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes and times in words and back. */
public final class Human {
  private static final Pattern RATE = Pattern.compile("([1-9]\\d{0,5})(MB|GB|MiB|GiB)/s");
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Human() {}

  /** {@code 1.5 GiB}: powers of 1024, one digit after the point. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1023.95 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  /** The two greatest units: {@code 1 d 2 h}, {@code 42 s}; below a second {@code 250 ms}. */
  public static String millis(long millis) {
    long seconds = millis / 1000;
    if (seconds == 0) {
      return millis + " ms";
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return pair(seconds / 60, "min", seconds % 60, "s");
    }
    return seconds < 86_400
        ? pair(seconds / 3600, "h", seconds % 3600 / 60, "min")
        : pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
  }

  private static String pair(long greater, String greaterUnit, long lesser, String lesserUnit) {
    return greater + " " + greaterUnit + (lesser == 0 ? "" : " " + lesser + " " + lesserUnit);
  }

  /** UTC, to the second; a dash for 0. */
  public static String instant(long epochMillis) {
    return epochMillis == 0
        ? "-"
        : Instant.ofEpochMilli(epochMillis).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** {@code 87.5 %}; a dash for null. */
  public static String percent(@Nullable Double percent) {
    if (percent == null) {
      return "-";
    }
    String digits = String.format(Locale.ROOT, "%.2f", percent);
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, digits.charAt(end - 1) == '.' ? end - 1 : end) + " %";
  }

  /**
   * Reads {@code 500MB/s}, {@code 2GB/s}, {@code 1GiB/s}: powers of 1000, and of 1024.
   *
   * @return bytes a second
   * @throws IllegalArgumentException names the text and the form
   */
  public static long rate(String text) {
    Matcher matcher = RATE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a rate: a whole number and MB/s, GB/s, MiB/s or GiB/s");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "MB" -> number * 1_000_000;
      case "GB" -> number * 1_000_000_000;
      case "MiB" -> number << 20;
      default -> number << 30;
    };
  }

  /**
   * Reads {@code 90s}, {@code 30m}, {@code 2h}, {@code 7d}, {@code 500ms}.
   *
   * @throws IllegalArgumentException names the text and the form
   */
  public static Duration duration(String text) {
    int letters = 0;
    while (letters < text.length() && text.charAt(letters) >= '0' && text.charAt(letters) <= '9') {
      letters++;
    }
    if (letters >= 1 && letters <= 9) {
      long number = Long.parseLong(text.substring(0, letters));
      switch (text.substring(letters)) {
        case "ms":
          return Duration.ofMillis(number);
        case "s":
          return Duration.ofSeconds(number);
        case "m":
          return Duration.ofMinutes(number);
        case "h":
          return Duration.ofHours(number);
        case "d":
          return Duration.ofDays(number);
        default:
          break;
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a time: a whole number of at most 9 digits and ms, s, m, h or d");
  }
}
