package io.blockring.client.peer;

import org.jspecify.annotations.Nullable;

/**
 * Every way a block port says no. Status and label travel together and must agree, so that no
 * single flipped bit turns one into another.
 */
public enum Refusal {
  MALFORMED(400, "malformed", "Bad Request"),
  /** A verified reply was asked for a range that is not of whole cells. */
  MISALIGNED(400, "misaligned", "Bad Request"),
  /** No token of the cluster, or none that is still good. Not told which. */
  UNAUTHORISED(401, "unauthorised", "Unauthorized"),
  ABSENT(404, "absent", "Not Found"),
  UNKNOWN_MOUNT(404, "unknown-mount", "Not Found"),
  UNKNOWN_PATH(404, "unknown-path", "Not Found"),
  METHOD(405, "method", "Method Not Allowed"),
  HEAD_TIMEOUT(408, "head-timeout", "Request Timeout"),
  /** The bucket no longer has this version. */
  CHANGED(412, "changed", "Precondition Failed"),
  OUT_OF_RANGE(416, "out-of-range", "Range Not Satisfiable"),
  /** The bucket was asked and did not deliver; {@link BlockWire#ORIGIN} says how. */
  ORIGIN_TROUBLE(424, "origin-trouble", "Failed Dependency"),
  HEAD_TOO_LARGE(431, "head-too-large", "Request Header Fields Too Large"),
  FAILED(502, "failed", "Bad Gateway"),
  BUSY(503, "busy", "Service Unavailable"),
  /**
   * Ends a filling reply: the reader lags behind the end of the fill and gets the rest from the
   * slot when it asks again.
   */
  LAGGED(503, "lagged", "Service Unavailable"),
  DEADLINE(504, "deadline", "Gateway Timeout"),
  HTTP_VERSION(505, "http-version", "HTTP Version Not Supported");

  private final int status;
  private final String label;
  private final String phrase;

  Refusal(int status, String label, String phrase) {
    this.status = status;
    this.label = label;
    this.phrase = phrase;
  }

  public int status() {
    return status;
  }

  /** As in {@link BlockWire#REASON}. */
  public String label() {
    return label;
  }

  /** After the status in the status line. */
  public String phrase() {
    return phrase;
  }

  /** Reads a {@link #label}; null when nothing is called that. */
  public static @Nullable Refusal of(@Nullable String label) {
    for (Refusal refusal : values()) {
      if (refusal.label.equals(label)) {
        return refusal;
      }
    }
    return null;
  }
}
