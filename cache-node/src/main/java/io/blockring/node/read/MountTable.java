package io.blockring.node.read;

import io.blockring.client.Namespace;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginSource;
import io.blockring.client.origin.PersistentSource;
import io.blockring.mirror.OwnBucket;
import io.blockring.mirror.SourceRegion;
import io.blockring.mirror.StandIn;
import io.blockring.node.fill.FillSources;
import io.blockring.node.host.NicLine;
import io.blockring.node.resolve.Freshness;
import io.blockring.node.resolve.Resolver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The mounts this node was started with. Immutable but for the question whether one is bypassed at
 * the moment.
 */
public final class MountTable {

  /**
   * A mount with the buckets behind it.
   *
   * @param origin whose versions count: of a mirror the source region
   * @param buckets where bytes are, in the order to ask
   * @param mirror null for a mount without a source region
   */
  public record Bound(
      Namespace.Mount mount,
      Origin origin,
      Freshness freshness,
      List<FillSources.Named> buckets,
      @Nullable Mirror mirror) {

    /** What resolving needs. */
    public Resolver.Mounted mounted() {
      return new Resolver.Mounted(
          origin, mount.blockBytes(), freshness, rung(), mirror == null ? null : mirror.standIn());
    }

    /** Of the origin's bytes. */
    public Rung rung() {
      return mirror == null ? Rung.ORIGIN : Rung.SOURCE_REGION;
    }
  }

  /**
   * What a mount has more when there is a source region behind it.
   *
   * @param own null when it has no bucket of its own
   */
  public record Mirror(@Nullable OwnBucket own, SourceRegion source, StandIn standIn) {}

  private final Map<String, Bound> byName = new TreeMap<>();
  private final Map<MountId, Bound> byId = new LinkedHashMap<>();
  private final Predicate<String> isBypassed;

  /**
   * @param isBypassed asked with a mount's name at each read
   */
  public MountTable(List<Bound> mounts, Predicate<String> isBypassed) {
    for (Bound bound : mounts) {
      byName.put(bound.mount().name(), bound);
      byId.put(bound.mount().id(), bound);
    }
    this.isBypassed = isBypassed;
  }

  /** Binds a mount to its origin. */
  public static Bound bind(Namespace.Mount mount, Origin origin, Freshness freshness) {
    return new Bound(
        mount, origin, freshness, List.of(bucket("bucket", origin, Rung.ORIGIN)), null);
  }

  /**
   * Binds a mount to its own bucket, if it has one, and to the source region behind it.
   *
   * @param line what the own bucket's bytes come in by
   */
  public static Bound bind(
      Namespace.Mount mount, Mirror mirror, Freshness freshness, NicLine line) {
    List<FillSources.Named> buckets = new ArrayList<>();
    OwnBucket own = mirror.own();
    if (own != null) {
      BlockSource counted =
          (range, sink, scope) -> own.read(range, NetworkSink.of(sink, line), scope);
      buckets.add(new FillSources.Named("bucket", counted));
    }
    buckets.add(bucket("source region", mirror.source(), Rung.SOURCE_REGION));
    return new Bound(mount, mirror.source(), freshness, List.copyOf(buckets), mirror);
  }

  /** An origin as a rung that does not give up at the first trouble. */
  private static FillSources.Named bucket(String name, Origin origin, Rung rung) {
    return new FillSources.Named(
        name, new PersistentSource(new OriginSource(origin, rung), origin.retries()));
  }

  public @Nullable Bound byName(String name) {
    return byName.get(name);
  }

  public @Nullable Bound byId(MountId id) {
    return byId.get(id);
  }

  /** A mount by the first 8 bytes of its id; null when this node has no such mount. */
  public @Nullable MountId idOf(long firstBytes) {
    for (MountId id : byId.keySet()) {
      if (id.digest().high() == firstBytes) {
        return id;
      }
    }
    return null;
  }

  /** Whose versions count in a mount; null when this node has no such mount. */
  public @Nullable Origin originOf(MountId id) {
    Bound bound = byId.get(id);
    return bound == null ? null : bound.origin();
  }

  /** The mount of a version. */
  public Bound of(Version version) {
    Bound bound = byId.get(version.name().mount());
    if (bound == null) {
      throw new IllegalArgumentException(
          "no mount " + version.name().mount() + " in this node's settings");
    }
    return bound;
  }

  /** Whether reads of this mount go straight to the bucket now. */
  public boolean isBypassed(Bound bound) {
    return isBypassed.test(bound.mount().name());
  }

  /** In name order. */
  public List<Namespace.Mount> mounts() {
    return byName.values().stream().map(Bound::mount).toList();
  }

  /** In name order. */
  public List<Bound> all() {
    return List.copyOf(byName.values());
  }
}
