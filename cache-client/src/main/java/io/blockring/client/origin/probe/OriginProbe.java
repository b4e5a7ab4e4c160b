package io.blockring.client.origin.probe;

import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLocation;
import io.blockring.client.origin.OriginSettings;
import io.blockring.client.origin.Origins;
import io.blockring.client.origin.probe.Finding.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at an origin: permissions, listing, identities, ranges, preconditions, speed. */
public final class OriginProbe {
  private final Opener opener;

  /** Opens origins the way mounts do. */
  public OriginProbe() {
    this(Origins::open);
  }

  OriginProbe(Opener opener) {
    this.opener = opener;
  }

  /** Where a probe gets its origins from. */
  interface Opener {
    Origin open(OriginSettings settings, OriginCounters counters);
  }

  /**
   * Takes at most the plan's budget, on the caller's thread. Trouble of any kind is a finding.
   *
   * @throws IllegalArgumentException for settings that no origin can be opened with
   */
  public ProbeReport run(OriginSettings settings, ProbePlan plan) {
    long deadlineNanos = System.nanoTime() + plan.budget().toNanos();
    List<Finding> findings = new ArrayList<>();
    OriginSettings reachable = withWorkingStyle(settings, deadlineNanos, findings);
    OriginCounters counters = new OriginCounters();
    try (Origin origin = opener.open(reachable, counters)) {
      ListingProbe listing = new ListingProbe(origin, deadlineNanos);
      findings.addAll(listing.run());
      String key = plan.key().isEmpty() ? listing.largestKey() : plan.key();
      if (key.isEmpty()) {
        findings.add(
            new Finding("get", Verdict.SKIPPED, "no object with bytes was found; name one"));
        return Advice.report(reachable, findings, key, null, ProbeReport.Speed.UNKNOWN);
      }
      ObjectProbe object = new ObjectProbe(origin, counters, key, deadlineNanos);
      findings.addAll(object.run());
      SpeedProbe speed = new SpeedProbe(origin, key, object.metadata(), plan, deadlineNanos);
      findings.addAll(speed.run());
      return Advice.report(reachable, findings, key, object, speed.speed());
    }
  }

  /**
   * Most stores behind an endpoint of their own want the bucket in the path. When the bucket cannot
   * be reached as set, the other style is tried.
   */
  private OriginSettings withWorkingStyle(
      OriginSettings settings, long deadlineNanos, List<Finding> findings) {
    if (!(settings.location() instanceof OriginLocation.Bucket) || settings.endpoint().isEmpty()) {
      return settings;
    }
    OriginException asSet = reach(settings, deadlineNanos);
    if (asSet == null) {
      findings.add(style(Verdict.OK, settings, "works"));
      return settings;
    }
    OriginSettings other = settings.withPathStyle(!settings.isPathStyle());
    if (mayBeStyle(asSet.kind()) && reach(other, deadlineNanos) == null) {
      findings.add(
          style(Verdict.WARNING, settings, "fails, the other works: " + asSet.getMessage()));
      return other;
    }
    findings.add(style(Verdict.SKIPPED, settings, String.valueOf(asSet.getMessage())));
    return settings;
  }

  private static boolean mayBeStyle(Kind kind) {
    return kind == Kind.UNAVAILABLE
        || kind == Kind.NO_BUCKET
        || kind == Kind.DENIED
        || kind == Kind.BROKEN;
  }

  /** Null when the bucket gives a listing. */
  private @Nullable OriginException reach(OriginSettings settings, long deadlineNanos) {
    try (Origin origin = opener.open(settings, new OriginCounters())) {
      // A third of the time is enough to see that one style does not work.
      long now = System.nanoTime();
      origin.list("", "", null, 1, now + (deadlineNanos - now) / 3);
      return null;
    } catch (OriginException e) {
      return e;
    }
  }

  private static Finding style(Verdict verdict, OriginSettings settings, String detail) {
    String style = settings.isPathStyle() ? "bucket in the path" : "bucket in the host";
    return new Finding("path-style", verdict, style + ": " + detail);
  }
}
