package io.blockring.node;

import io.blockring.client.Namespace;
import io.blockring.client.ladder.Rung;
import io.blockring.client.origin.BudgetedOrigin;
import io.blockring.client.origin.Copies;
import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.Intake;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginBudget;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.OriginLocation;
import io.blockring.client.origin.OriginSettings;
import io.blockring.client.origin.Origins;
import io.blockring.mirror.Breaker;
import io.blockring.mirror.OwnBucket;
import io.blockring.mirror.SourceRegion;
import io.blockring.mirror.StandIn;
import io.blockring.node.config.MountOrigin;
import io.blockring.node.config.MountSettings;
import io.blockring.node.config.NodeSettings;
import io.blockring.node.config.StartException;
import io.blockring.node.host.NicLine;
import io.blockring.node.read.MountTable;
import io.blockring.node.resolve.Freshness;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The mounts of the settings with their origins open. */
final class MountBindings {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** Requests of a replicator at once. */
  private static final int WRITES = 8;

  /**
   * What one place of a mount was asked.
   *
   * @param rung of its bytes
   */
  record Counted(String mount, Rung rung, OriginCounters counters) {}

  private final Budgets budgets;
  private final NicLine line;
  private final List<MountTable.Bound> bound = new ArrayList<>();
  private final List<Counted> counters = new ArrayList<>();
  private final Deque<Runnable> closings = new ArrayDeque<>();

  /**
   * @param line what buckets' bytes come in by
   */
  MountBindings(NodeSettings settings, Budgets budgets, NicLine line) throws StartException {
    this.budgets = budgets;
    this.line = line;
    for (Map.Entry<String, MountSettings> entry : settings.mounts().entrySet()) {
      try {
        bound.add(bind(entry.getKey(), entry.getValue()));
      } catch (IllegalArgumentException e) {
        close();
        throw new StartException("mounts." + entry.getKey() + ": " + e.getMessage(), e);
      }
    }
  }

  List<MountTable.Bound> all() {
    return bound;
  }

  List<Counted> counters() {
    return counters;
  }

  void close() {
    closings.forEach(Runnable::run);
  }

  private MountTable.Bound bind(String name, MountSettings set) {
    Namespace.Mount mount =
        new Namespace.Mount(name, set.id(), (int) set.blockBytes().bytes(), set.replicas());
    if (set.isMirror()) {
      return MountTable.bind(mount, mirror(name, set), freshness(set), line);
    }
    Origin origin = open(name, set, set.origin(), Rung.ORIGIN);
    return MountTable.bind(mount, origin, freshness(set));
  }

  private Origin open(String name, MountSettings set, MountOrigin place, Rung rung) {
    OriginCounters counted = counted(name, rung);
    Origin origin = Origins.open(settings(place, set), counted);
    closings.push(origin::close);
    OriginBudget.Limits limits =
        new OriginBudget.Limits(
            set.budget().bytesPerSecond().bytes(),
            set.budget().bytesPerDay().bytes(),
            set.budget().readerReserve());
    OriginBudget budget =
        budgets.open(name, set.id(), (int) set.blockBytes().bytes(), limits, counted);
    boolean isOnNetwork = place.location() instanceof OriginLocation.Bucket;
    return new BudgetedOrigin(origin, budget, isOnNetwork ? line::pass : Intake.UNLIMITED);
  }

  private MountTable.Mirror mirror(String name, MountSettings set) {
    Origin opened = open(name, set, set.source(), Rung.SOURCE_REGION);
    SourceRegion source =
        new SourceRegion(opened, breaker(), set.mirror().sourcePatience(), System::nanoTime);
    OwnBucket own = set.origin().isGiven() ? ownBucket(name, set) : null;
    return new MountTable.Mirror(own, source, new StandIn(source, own, set.mirror().staleFor()));
  }

  /** Asked once and given up soon: there is another bucket to ask. */
  private OwnBucket ownBucket(String name, MountSettings set) {
    Duration patience = set.mirror().ownPatience();
    OriginSettings usual = settings(set.origin(), set);
    Duration connect = set.origin().connectTimeout();
    OriginLimits limits =
        usual
            .limits()
            .withMaxAttempts(1)
            .withTimeouts(connect.compareTo(patience) < 0 ? connect : patience, patience, patience);
    var copies =
        Origins.openCopies(
            usual.withLimits(limits), settings(set.source(), set), counted(name, Rung.ORIGIN));
    closings.push(copies::close);
    return new OwnBucket(
        copies, breaker(), patience, set.origin().maxConcurrentRequests(), System::nanoTime);
  }

  /**
   * Opens the own bucket of a mirror once more, for the replicator: uploads take their time.
   *
   * @return null when nothing is to be copied there; belongs to the caller
   */
  static @Nullable Copies writer(MountSettings set) {
    if (!set.isMirror() || !set.origin().isGiven() || !set.mirror().replicate()) {
      return null;
    }
    OriginSettings settings = settings(set.origin(), set);
    OriginLimits limits = settings.limits().withMaxConcurrentRequests(WRITES);
    return Origins.openCopies(
        settings.withLimits(limits), settings(set.source(), set), new OriginCounters());
  }

  private static Breaker breaker() {
    return new Breaker(FIRST_PAUSE, LONGEST_PAUSE, System::nanoTime);
  }

  private OriginCounters counted(String mount, Rung rung) {
    OriginCounters counted = new OriginCounters();
    counters.add(new Counted(mount, rung, counted));
    return counted;
  }

  private static OriginSettings settings(MountOrigin place, MountSettings set) {
    OriginLimits limits =
        OriginLimits.DEFAULT
            .withMaxConcurrentRequests(place.maxConcurrentRequests())
            .withTimeouts(place.connectTimeout(), place.requestTimeout(), place.requestTimeout());
    return new OriginSettings(
        place.location(),
        place.canonicalEndpoint(),
        place.region(),
        place.pathStyle(),
        switch (set.identity()) {
          case AUTO -> IdentityMode.AUTO;
          case VERSION_ID -> IdentityMode.VERSION_ID;
          case ETAG -> IdentityMode.ETAG;
        },
        place.credentials().source(),
        place.credentials().roleArn(),
        limits,
        place.linkCompression() == MountOrigin.LinkCompression.AUTO);
  }

  private static Freshness freshness(MountSettings set) {
    return switch (set.freshness()) {
      case io.blockring.node.config.Freshness.Immutable immutable -> Freshness.IMMUTABLE;
      case io.blockring.node.config.Freshness.Always always -> Freshness.ALWAYS;
      case io.blockring.node.config.Freshness.Ttl ttl -> new Freshness(ttl.duration());
    };
  }
}
