package io.blockring.node.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes the reference page of all meters from the list. */
public final class MetricsReference {
  private static final String HEAD =
      """
      # Metrics

      <!-- Generated from NodeMeter; `MetricsReferenceTest` says how to write it again. -->

      Every node shows these at `/metrics` on its admin port, in the Prometheus text format, and no others. Counters start
      at 0 with the process. A histogram has `_bucket`, `_count` and `_sum`, and beside them `_max`, the largest of the last
      minutes. Rungs are `memory`, `ssd`, `peer`, `origin`, `source-region`; classes are `read`, `read-ahead`, `repair`,
      `warm-up`, `mirror`, `scrub`. `source` is `origin` for a mount's own bucket, `source-region` for the one it mirrors.

      | name | type | labels | meaning |
      |---|---|---|---|
      """;

  private MetricsReference() {}

  /** The page, in Markdown. */
  public static String page() {
    StringBuilder page = new StringBuilder(HEAD);
    for (NodeMeter meter : NodeMeter.values()) {
      page.append("| `")
          .append(meter.exposedName())
          .append("` | ")
          .append(meter.type().name().toLowerCase(Locale.ROOT))
          .append(" | ")
          .append(String.join(", ", meter.labels()))
          .append(" | ")
          .append(meter.help())
          .append(" |\n");
    }
    return page.toString();
  }

  /** Writes the page to the file named by the only argument. */
  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[0]), page());
  }
}
