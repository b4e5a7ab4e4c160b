package io.blockring.node.manifest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blockring.client.cluster.BlockChecksums;
import io.blockring.client.manifest.Manifest;
import io.blockring.client.namespace.Digest;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manifests of the keys that this node resolves. Bounded by bytes; a version that nobody opened
 * or filled for long is forgotten first, and is then not proved until it is filled again. Safe for
 * many threads.
 */
public final class Manifests {
  private static final Logger log = LoggerFactory.getLogger(Manifests.class);

  /** Of 32 TiB of objects at 4 MiB a block. */
  static final long MOST_BYTES = 32L << 20;

  /** Larger versions have none. */
  static final int MOST_BLOCKS = 1 << 20;

  private final Cache<Digest, VersionManifest> versions =
      Caffeine.newBuilder()
          .maximumWeight(MOST_BYTES)
          .<Digest, VersionManifest>weigher(
              (digest, manifest) -> VersionManifest.bytes(manifest.version()))
          .executor(Runnable::run)
          .build();
  private final Proofs proofs;
  private final ManifestCounters counters;
  private final LongAdder changes = new LongAdder();
  private volatile long savedChanges;

  public Manifests(Proofs proofs, ManifestCounters counters) {
    this.proofs = proofs;
    this.counters = counters;
  }

  /**
   * Takes up what a member filled.
   *
   * @return the reported blocks' mounts whose buckets keep no CRC64NVME
   * @throws IllegalArgumentException when a version has no such block
   */
  public Set<MountId> take(String fromMember, List<BlockChecksums> filled) {
    Set<MountId> withoutCrc64 = new HashSet<>();
    for (BlockChecksums one : filled) {
      Version version = one.version();
      version.blockLength(one.block());
      if (!proofs.wantsCrc64(version.name().mount())) {
        withoutCrc64.add(version.name().mount());
      }
      if (version.blockCount() <= MOST_BLOCKS) {
        take(fromMember, one);
      }
    }
    return withoutCrc64;
  }

  private void take(String fromMember, BlockChecksums filled) {
    VersionManifest manifest =
        versions.get(filled.version().digest(), digest -> new VersionManifest(filled.version()));
    VersionManifest.Report report = manifest.take(filled);
    if (report != VersionManifest.Report.KNOWN) {
      changes.increment();
    }
    switch (report) {
      case NEW, KNOWN -> {}
      case CONFLICT -> {
        counters.conflicts.increment();
        log.warn(
            "block {} of {}: {} reports CRC32C {}, another was reported before{}",
            filled.block(),
            filled.version(),
            fromMember,
            "%08x".formatted(filled.crc32c()),
            manifest.isProved() ? ", and the bucket's own checksum proved it" : "; both dropped");
      }
      case COMPLETING -> proofs.complete(manifest);
    }
  }

  /** What readers of a version are given; null when there is nothing. */
  public @Nullable Manifest of(Version version) {
    VersionManifest manifest = versions.getIfPresent(version.digest());
    return manifest == null ? null : manifest.published(System.nanoTime());
  }

  /**
   * Takes up what {@link #snapshot} gave.
   *
   * @throws IOException when the file cannot be used: nothing is taken from it then
   */
  public void restore(Path file) throws IOException {
    for (VersionManifest manifest : ManifestFile.load(file)) {
      versions.put(manifest.version().digest(), manifest);
    }
  }

  /** The bytes of a file; null when nothing has changed since the last time. */
  public byte @Nullable [] snapshot() throws IOException {
    long now = changes.sum();
    if (now == savedChanges) {
      return null;
    }
    savedChanges = now;
    return ManifestFile.encode(List.copyOf(versions.asMap().values()));
  }

  /** Versions that have a manifest here, about. */
  public long versions() {
    return versions.estimatedSize();
  }
}
