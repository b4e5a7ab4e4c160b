package io.blockring.node;

import io.blockring.client.Namespace;
import io.blockring.client.namespace.MountId;
import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.OriginLocation;
import io.blockring.client.origin.OriginSettings;
import io.blockring.client.origin.Origins;
import io.blockring.node.config.MountSettings;
import io.blockring.node.config.NodeSettings;
import io.blockring.node.config.StartException;
import io.blockring.node.read.MountTable;
import io.blockring.node.resolve.Freshness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
    int blockBytes = (int) set.blockBytes().bytes();
    String identity = set.identity().name().toLowerCase(Locale.ROOT);
    String location = OriginLocation.parse(set.origin()).toString();
    String endpoint = set.endpoint().replaceAll("/+$", "");
    MountId id = MountId.of(location, endpoint, blockBytes, identity);
    OriginCounters counted = new OriginCounters();
    counters.put(name, counted);
    bound.add(
        MountTable.bind(
            new Namespace.Mount(name, id, blockBytes),
            Origins.open(origin(set), counted),
            freshness(set)));
  }

  private static OriginSettings origin(MountSettings set) {
    OriginLimits limits =
        OriginLimits.DEFAULT
            .withMaxConcurrentRequests(set.maxConcurrentRequests())
            .withTimeouts(set.connectTimeout(), set.requestTimeout(), set.requestTimeout());
    return new OriginSettings(
        OriginLocation.parse(set.origin()),
        set.endpoint(),
        set.region(),
        set.pathStyle(),
        switch (set.identity()) {
          case AUTO -> IdentityMode.AUTO;
          case VERSION_ID -> IdentityMode.VERSION_ID;
          case ETAG -> IdentityMode.ETAG;
        },
        set.credentials().source(),
        set.credentials().roleArn(),
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
