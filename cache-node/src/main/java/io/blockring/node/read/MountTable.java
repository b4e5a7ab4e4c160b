package io.blockring.node.read;

import io.blockring.client.Namespace;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginSource;
import io.blockring.client.origin.PersistentSource;
import io.blockring.node.resolve.Freshness;
import io.blockring.node.resolve.Resolver;
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
   * A mount with its origin.
   *
   * @param ladder the origin as a rung that does not give up at the first trouble
   */
  public record Bound(
      Namespace.Mount mount, Origin origin, Freshness freshness, BlockSource ladder) {

    /** What resolving needs. */
    public Resolver.Mounted mounted() {
      return new Resolver.Mounted(origin, mount.blockBytes(), freshness);
    }
  }

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
        mount, origin, freshness, new PersistentSource(new OriginSource(origin, Rung.ORIGIN)));
  }

  public @Nullable Bound byName(String name) {
    return byName.get(name);
  }

  public @Nullable Bound byId(MountId id) {
    return byId.get(id);
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
