package io.blockring.node.http.s3;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The conditional headers of RFC 9110, in its order of precedence. */
enum Preconditions {
  /** Answer as if there were no conditions. */
  MET,
  /** 304. */
  NOT_MODIFIED,
  /** 412. */
  FAILED;

  /**
   * @param etag with quotes, empty when there is none
   * @param lastModifiedEpochMillis 0 when unknown: conditions on it are then ignored
   */
  static Preconditions check(Headers headers, String etag, long lastModifiedEpochMillis) {
    String ifMatch = headers.value("If-Match");
    if (ifMatch != null) {
      if (!matches(ifMatch, etag, true)) {
        return FAILED;
      }
    } else if (isModifiedSince(headers.value("If-Unmodified-Since"), lastModifiedEpochMillis)
        == Answer.YES) {
      return FAILED;
    }
    String ifNoneMatch = headers.value("If-None-Match");
    if (ifNoneMatch != null) {
      return matches(ifNoneMatch, etag, false) ? NOT_MODIFIED : MET;
    }
    return isModifiedSince(headers.value("If-Modified-Since"), lastModifiedEpochMillis) == Answer.NO
        ? NOT_MODIFIED
        : MET;
  }

  /**
   * Whether a range may be answered with a part: {@code If-Range} is absent or names this version.
   */
  static boolean isRangeAllowed(Headers headers, String etag, long lastModifiedEpochMillis) {
    String ifRange = headers.value("If-Range");
    if (ifRange == null) {
      return true;
    }
    Instant since = HttpDate.parse(ifRange);
    return since != null
        ? since.getEpochSecond() == lastModifiedEpochMillis / 1000
        : matches(ifRange, etag, true);
  }

  /** A list of tags, or {@code *}. Tags may lack their quotes: many S3 tools send them so. */
  private static boolean matches(String list, String etag, boolean isStrong) {
    for (String one : list.split(",")) {
      String tag = one.strip();
      if (tag.equals("*")) {
        return true;
      }
      boolean isWeak = tag.startsWith("W/") || etag.startsWith("W/");
      if (!etag.isEmpty() && !(isStrong && isWeak) && opaque(tag).equals(opaque(etag))) {
        return true;
      }
    }
    return false;
  }

  private static String opaque(String tag) {
    String strong = tag.startsWith("W/") ? tag.substring(2) : tag;
    boolean isQuoted = strong.length() >= 2 && strong.startsWith("\"") && strong.endsWith("\"");
    return isQuoted ? strong.substring(1, strong.length() - 1) : strong;
  }

  private enum Answer {
    YES,
    NO,
    UNKNOWN
  }

  private static Answer isModifiedSince(@Nullable String header, long lastModifiedEpochMillis) {
    Instant since = HttpDate.parse(header);
    if (since == null || lastModifiedEpochMillis == 0) {
      return Answer.UNKNOWN;
    }
    return lastModifiedEpochMillis / 1000 > since.getEpochSecond() ? Answer.YES : Answer.NO;
  }
}
