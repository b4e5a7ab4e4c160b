package io.blockring.node.http.admin;

import java.time.Duration;

/** What the admin API takes at most. In {@code docs/reference/admin-api.md}, checked by a test. */
public final class AdminLimits {
  public static final int MAX_BODY_BYTES = 256 * 1024;

  /** Request line and headers, each. */
  public static final int MAX_HEADER_BYTES = 16 * 1024;

  public static final int MAX_CONNECTIONS = 256;

  /** Requests of the API under way at once. */
  public static final int MAX_REQUESTS = 64;

  /** Objects being read at once. */
  public static final int MAX_STREAMS = 16;

  /** Requests for metrics and readiness under way at once. */
  public static final int MAX_PROBES = 8;

  /** Readers of {@code /api/v1/live} at once. */
  public static final int MAX_LISTENERS = 32;

  /** How long a listener may take no byte. */
  public static final Duration MAX_LISTENER_STALL = Duration.ofSeconds(10);

  /** How far back the history goes. */
  public static final Duration MAX_HISTORY = Duration.ofHours(1);

  /** Bytes of a path's UTF-8. */
  public static final int MAX_PATH_BYTES = 1200;

  public static final int MAX_LIST_ENTRIES = 10_000;
  public static final int DEFAULT_LIST_ENTRIES = 1000;
  public static final int MAX_WARMUP_PATHS = 1000;
  public static final int MAX_WARMUPS_SHOWN = 1000;

  /** In one event of {@code /api/v1/live}. */
  public static final int MAX_WARMUPS_LIVE = 50;

  public static final int MAX_FAILURES_SHOWN = 100;
  public static final int MAX_WEIGHT = 1_000_000;

  /** Of a maintenance or a bypass. */
  public static final Duration MAX_FOR = Duration.ofDays(7);

  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(30);
  public static final Duration MAX_DEADLINE = Duration.ofMinutes(5);

  /** How long a reader of an object may take no byte. */
  public static final Duration MAX_STALL = Duration.ofSeconds(60);

  private AdminLimits() {}
}
