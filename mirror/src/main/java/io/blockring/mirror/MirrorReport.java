package io.blockring.mirror;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How far a replicator is. Travels between nodes as lines of {@code key=value}; keys that a reader
 * does not know it passes over, those that it lacks are 0.
 *
 * @param node runs it
 * @param lagObjects of the source without a current copy; -1 before the first comparison
 * @param lagBytes of those
 * @param oldestEpochMillis when the oldest of those was written at the source; 0 when none is
 *     missing
 * @param bytesPerSecond stored lately
 * @param comparedEpochMillis when both buckets were last compared to the end; 0: never
 * @param copiedObjects since the replicator started, as the next two
 * @param failedCopies attempts that failed
 * @param trouble what went wrong last in this or the last run; empty when nothing did
 */
public record MirrorReport(
    String node,
    State state,
    long lagObjects,
    long lagBytes,
    long oldestEpochMillis,
    long bytesPerSecond,
    long comparedEpochMillis,
    long copiedObjects,
    long copiedBytes,
    long failedCopies,
    String trouble) {

  /** What a replicator does. */
  public enum State {
    /** Has not begun. */
    STARTING,
    COMPARING,
    COPYING,
    /** The last run ended; the next begins after the interval. */
    WAITING,
    /** A bucket could not be listed; tried again after the interval. */
    UNREACHABLE
  }

  /** Nothing has happened yet. */
  public static MirrorReport starting(String node) {
    return new MirrorReport(node, State.STARTING, -1, 0, 0, 0, 0, 0, 0, 0, "");
  }

  /** How old the oldest object is that has no current copy; 0 when none is missing. */
  public long lagMillis(long nowEpochMillis) {
    return oldestEpochMillis == 0 ? 0 : Math.max(0, nowEpochMillis - oldestEpochMillis);
  }

  /** Its lines. */
  public String encode() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("node", node);
    lines.put("state", state.name().toLowerCase(Locale.ROOT));
    lines.put("lagObjects", "" + lagObjects);
    lines.put("lagBytes", "" + lagBytes);
    lines.put("oldest", "" + oldestEpochMillis);
    lines.put("bytesPerSecond", "" + bytesPerSecond);
    lines.put("compared", "" + comparedEpochMillis);
    lines.put("copiedObjects", "" + copiedObjects);
    lines.put("copiedBytes", "" + copiedBytes);
    lines.put("failedCopies", "" + failedCopies);
    lines.put("trouble", trouble.replace('\n', ' '));
    StringBuilder text = new StringBuilder();
    lines.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return text.toString();
  }

  /**
   * Reads what {@link #encode} made.
   *
   * @throws IllegalArgumentException when a value cannot be read
   */
  public static MirrorReport decode(String text) {
    Map<String, String> lines = new LinkedHashMap<>();
    text.lines()
        .filter(line -> line.indexOf('=') > 0)
        .forEach(
            line ->
                lines.put(
                    line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    return new MirrorReport(
        lines.getOrDefault("node", ""),
        State.valueOf(lines.getOrDefault("state", "starting").toUpperCase(Locale.ROOT)),
        number(lines, "lagObjects"),
        number(lines, "lagBytes"),
        number(lines, "oldest"),
        number(lines, "bytesPerSecond"),
        number(lines, "compared"),
        number(lines, "copiedObjects"),
        number(lines, "copiedBytes"),
        number(lines, "failedCopies"),
        lines.getOrDefault("trouble", ""));
  }

  private static long number(Map<String, String> lines, String key) {
    return Long.parseLong(lines.getOrDefault(key, "0"));
  }
}
