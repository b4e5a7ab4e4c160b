package io.blockring.node;

import io.blockring.client.Namespace;
import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.OriginSettings;
import io.blockring.client.origin.Origins;
import io.blockring.node.config.MountOrigin;
import io.blockring.node.config.MountSettings;
import io.blockring.node.config.NodeSettings;
import io.blockring.node.config.StartException;
import io.blockring.node.read.MountTable;
import io.blockring.node.resolve.Freshness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The mounts of the settings with their origins open. */
final class MountBindings {
  private final List<MountTable.Bound> bound = new ArrayList<>();
  private final Map<String, OriginCounters> counters = new LinkedHashMap<>();

  MountBindings(NodeSettings settings) throws StartException {
    for (Map.Entry<String, MountSettings> entry : settings.mounts().entrySet()) {
      try {
        bind(entry.getKey(), entry.getValue());
      } catch (IllegalArgumentException e) {
        throw new StartException("mounts." + entry.getKey() + ": " + e.getMessage(), e);
      }
    }
  }

  List<MountTable.Bound> all() {
    return bound;
  }

  /** By mount name. */
  Map<String, OriginCounters> counters() {
    return counters;
  }

  void close() {
    bound.forEach(mount -> mount.origin().close());
  }

  private void bind(String name, MountSettings set) {
    OriginCounters counted = new OriginCounters();
    counters.put(name, counted);
    bound.add(
        MountTable.bind(
            new Namespace.Mount(name, set.id(), (int) set.blockBytes().bytes()),
            Origins.open(settings(set.truth(), set.identity()), counted),
            freshness(set)));
  }

  private static OriginSettings settings(MountOrigin place, MountSettings.IdentityMode identity) {
    OriginLimits limits =
        OriginLimits.DEFAULT
            .withMaxConcurrentRequests(place.maxConcurrentRequests())
            .withTimeouts(place.connectTimeout(), place.requestTimeout(), place.requestTimeout());
    return new OriginSettings(
        place.location(),
        place.canonicalEndpoint(),
        place.region(),
        place.pathStyle(),
        switch (identity) {
          case AUTO -> IdentityMode.AUTO;
          case VERSION_ID -> IdentityMode.VERSION_ID;
          case ETAG -> IdentityMode.ETAG;
        },
        place.credentials().source(),
        place.credentials().roleArn(),
        limits);
  }

  private static Freshness freshness(MountSettings set) {
    return switch (set.freshness()) {
      case io.blockring.node.config.Freshness.Immutable immutable -> Freshness.IMMUTABLE;
      case io.blockring.node.config.Freshness.Always always -> Freshness.ALWAYS;
      case io.blockring.node.config.Freshness.Ttl ttl -> new Freshness(ttl.duration());
    };
  }
}
