package io.blockring.node.http.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Dates as HTTP headers and S3's documents write them. */
final class HttpDate {
  private static final DateTimeFormatter RFC_1123 =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter ISO_8601 =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private HttpDate() {}

  /** {@code Wed, 21 Oct 2026 07:28:00 GMT}: whole seconds. */
  static String header(long epochMillis) {
    return RFC_1123.format(Instant.ofEpochMilli(epochMillis));
  }

  /** {@code 2026-10-21T07:28:00.123Z}. */
  static String element(long epochMillis) {
    return ISO_8601.format(Instant.ofEpochMilli(epochMillis));
  }

  /**
   * Null for anything but {@link #header}'s form: such a condition is ignored, as RFC 9110 says.
   */
  static @Nullable Instant parse(@Nullable String header) {
    if (header == null) {
      return null;
    }
    try {
      return RFC_1123.parse(header.strip(), Instant::from);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
