package io.blockring.chaos;

import java.time.Duration;
import java.util.Locale;

/**
 * What Toxiproxy does to the bytes of a link's connections, new and old, until the link is healed.
 *
 * @param type as Toxiproxy calls it
 * @param stream {@code downstream} is from the server to whoever connected
 * @param toxicity share of connections that it befalls, 0 to 1
 * @param attributes as JSON
 */
record Toxic(String type, String stream, double toxicity, String attributes) {

  static Toxic latency(Duration time, Duration jitter) {
    return downstream(
        "latency", "\"latency\":" + time.toMillis() + ",\"jitter\":" + jitter.toMillis());
  }

  /** For each connection. */
  static Toxic bandwidth(long bytesPerSecond) {
    return downstream("bandwidth", "\"rate\":" + bytesPerSecond / 1000);
  }

  /** A TCP reset so long after the connection was made. */
  static Toxic reset(Duration after) {
    return downstream("reset_peer", "\"timeout\":" + after.toMillis());
  }

  /** An orderly close after so many bytes. */
  static Toxic closeAfter(long bytes) {
    return downstream("limit_data", "\"bytes\":" + bytes);
  }

  /** Nothing passes and nothing closes. What was sent meanwhile is lost with its connection. */
  static Toxic silence() {
    return downstream("timeout", "\"timeout\":0");
  }

  /** Small pieces with pauses between them. */
  static Toxic slices(int bytes, Duration pause) {
    return downstream(
        "slicer",
        "\"average_size\":%d,\"size_variation\":%d,\"delay\":%d"
            .formatted(bytes, bytes / 2, pause.toNanos() / 1000));
  }

  /** The server's close arrives later. */
  static Toxic lateClose(Duration delay) {
    return downstream("slow_close", "\"delay\":" + delay.toMillis());
  }

  /** The same towards the server. */
  Toxic upstream() {
    return new Toxic(type, "upstream", toxicity, attributes);
  }

  /** The same for a share of the connections. */
  Toxic ofConnections(double share) {
    return new Toxic(type, stream, share, attributes);
  }

  String json() {
    return String.format(
        Locale.ROOT,
        "{\"type\":\"%s\",\"stream\":\"%s\",\"toxicity\":%.3f,\"attributes\":{%s}}",
        type,
        stream,
        toxicity,
        attributes);
  }

  private static Toxic downstream(String type, String attributes) {
    return new Toxic(type, "downstream", 1, attributes);
  }
}
