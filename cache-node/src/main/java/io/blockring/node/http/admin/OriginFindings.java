package io.blockring.node.http.admin;

import java.util.List;
import java.util.Map;

/**
 * What was found out about a location.
 *
 * @param settings what to write under the mount, by the setting's name
 */
public record OriginFindings(String url, List<Finding> findings, Map<String, String> settings) {

  /** Whether a mount can rely on it. */
  public enum Verdict {
    PASS,
    /** Works with a limit, which the message names. */
    WARN,
    FAIL,
    /** Could not be tried, because of another finding. */
    SKIPPED
  }

  /**
   * One thing that was tried.
   *
   * @param check stable, for machines: {@code range}, {@code if-match}, {@code list-order}
   */
  public record Finding(String check, Verdict verdict, String message) {}
}
