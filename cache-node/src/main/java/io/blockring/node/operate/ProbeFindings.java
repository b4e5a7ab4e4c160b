package io.blockring.node.operate;

import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.OriginLocation;
import io.blockring.client.origin.OriginSettings;
import io.blockring.client.origin.probe.ProbePlan;
import io.blockring.client.origin.probe.ProbeReport;
import io.blockring.node.http.admin.OperationException;
import io.blockring.node.http.admin.OriginFindings;
import io.blockring.node.http.admin.OriginProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Probes an origin with this node's own credentials and says what was found in the admin API's
 * words.
 */
final class ProbeFindings {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private ProbeFindings() {}

  static OriginFindings of(OriginProbe probe, long deadlineNanos) throws OperationException {
    try {
      OriginSettings settings =
          OriginSettings.at(probe.url())
              .withEndpoint(probe.endpoint())
              .withRegion(probe.region())
              .withPathStyle(probe.pathStyle());
      ProbeReport report =
          new io.blockring.client.origin.probe.OriginProbe().run(settings, plan(deadlineNanos));
      return new OriginFindings(probe.url(), findings(report), recommended(report));
    } catch (IllegalArgumentException e) {
      throw new OperationException(
          OperationException.Kind.CONFLICT, String.valueOf(e.getMessage()));
    }
  }

  private static ProbePlan plan(long deadlineNanos) {
    Duration left = Duration.ofNanos(deadlineNanos - System.nanoTime()).minusMillis(500);
    Duration budget = left.compareTo(LONGEST) < 0 ? left : LONGEST;
    return new ProbePlan(
        ProbePlan.DEFAULT.key(),
        ProbePlan.DEFAULT.samples(),
        ProbePlan.DEFAULT.streamBytes(),
        budget);
  }

  private static List<OriginFindings.Finding> findings(ProbeReport report) {
    List<OriginFindings.Finding> findings = new ArrayList<>();
    report
        .findings()
        .forEach(
            finding ->
                findings.add(
                    new OriginFindings.Finding(
                        finding.check(),
                        switch (finding.verdict()) {
                          case OK -> OriginFindings.Verdict.PASS;
                          case WARNING -> OriginFindings.Verdict.WARN;
                          case FAILED -> OriginFindings.Verdict.FAIL;
                          case SKIPPED -> OriginFindings.Verdict.SKIPPED;
                        },
                        finding.detail())));
    ProbeReport.Speed speed = report.speed();
    if (speed.samples() > 0) {
      findings.add(
          new OriginFindings.Finding(
              "speed",
              OriginFindings.Verdict.PASS,
              "first byte p50 %d ms, p90 %d ms, p99 %d ms of %d requests; one stream %.1f MB/s"
                  .formatted(
                      speed.p50().toMillis(),
                      speed.p90().toMillis(),
                      speed.p99().toMillis(),
                      speed.samples(),
                      speed.bytesPerSecond() / 1e6)));
    }
    return findings;
  }

  /** As keys of a mount's settings. */
  private static Map<String, String> recommended(ProbeReport report) {
    OriginSettings found = report.recommended();
    OriginLimits limits = found.limits();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("origin.url", found.location().toString());
    if (found.location() instanceof OriginLocation.Bucket) {
      settings.put("origin.endpoint", found.endpoint());
      settings.put("origin.region", found.region());
      settings.put("origin.pathStyle", Boolean.toString(found.isPathStyle()));
      settings.put(
          "identity", found.identityMode().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    settings.put("blockBytes", (report.blockBytes() >> 10) + "KiB");
    settings.put("origin.maxConcurrentRequests", Integer.toString(limits.maxConcurrentRequests()));
    return settings;
  }
}
