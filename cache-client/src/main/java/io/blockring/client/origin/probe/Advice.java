package io.blockring.client.origin.probe;

import io.blockring.client.namespace.Blocks;
import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.OriginLocation;
import io.blockring.client.origin.OriginSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From findings to settings. */
final class Advice {
  private static final int LARGEST_BLOCK = 16 * 1024 * 1024;
  private static final Duration SHORTEST_FIRST_BYTE = Duration.ofSeconds(2);
  private static final Duration LONGEST_FIRST_BYTE = Duration.ofSeconds(60);

  private Advice() {}

  static ProbeReport report(
      OriginSettings settings,
      List<Finding> findings,
      String key,
      @Nullable ObjectProbe object,
      ProbeReport.Speed speed) {
    OriginSettings better = settings;
    if (object != null && object.metadata() != null) {
      better = settings.withIdentityMode(identityMode(settings, object, object.metadata()));
    }
    if (speed.samples() > 0) {
      better = better.withLimits(limits(settings.limits(), speed));
    }
    return new ProbeReport(List.copyOf(findings), key, speed, better, blockBytes(speed));
  }

  private static IdentityMode identityMode(
      OriginSettings settings, ObjectProbe object, ObjectMetadata metadata) {
    Identity identity = metadata.identity();
    boolean hasStrongEtag = !metadata.etag().isEmpty() && !metadata.etag().startsWith("W/");
    if (settings.location() instanceof OriginLocation.Directory) {
      return settings.identityMode();
    }
    if (identity != null && !object.isRangeDenied()) {
      return settings.identityMode();
    }
    // Version ids that may not be read are no use, ETags need no permission of their own.
    return hasStrongEtag ? IdentityMode.ETAG : IdentityMode.NONE;
  }

  /** Ten times the slow ones: beyond that, asking again on a new connection is faster. */
  private static OriginLimits limits(OriginLimits limits, ProbeReport.Speed speed) {
    Duration firstByte = speed.p99().multipliedBy(10);
    if (firstByte.compareTo(SHORTEST_FIRST_BYTE) < 0) {
      firstByte = SHORTEST_FIRST_BYTE;
    }
    if (firstByte.compareTo(LONGEST_FIRST_BYTE) > 0) {
      firstByte = LONGEST_FIRST_BYTE;
    }
    return limits.withTimeouts(limits.connectTimeout(), firstByte, limits.stallTimeout());
  }

  /** So large that a block's bytes take twice as long as waiting for the first, within limits. */
  private static int blockBytes(ProbeReport.Speed speed) {
    double wanted = 2 * speed.bytesPerSecond() * (speed.p50().toNanos() / 1e9);
    int block = Blocks.DEFAULT_BLOCK_BYTES;
    while (block < wanted && block < LARGEST_BLOCK) {
      block *= 2;
    }
    return block;
  }
}
