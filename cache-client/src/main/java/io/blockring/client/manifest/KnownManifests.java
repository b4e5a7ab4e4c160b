package io.blockring.client.manifest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import org.jspecify.annotations.Nullable;

/**
 * The manifests that readers of this process got with their opens: one for each key, of the version
 * that its resolver named last. Bounded by bytes; what is forgotten comes again with the next open.
 * Safe for many threads.
 */
public final class KnownManifests {
  private static final int BYTES_PER_ENTRY = 256;

  private record Entry(Version version, Manifest manifest) {}

  private final Cache<ObjectName, Entry> entries;

  /**
   * @param mostBytes at most about so many
   */
  public KnownManifests(long mostBytes) {
    this.entries =
        Caffeine.newBuilder()
            .maximumWeight(mostBytes)
            .<ObjectName, Entry>weigher(
                (name, entry) -> BYTES_PER_ENTRY + entry.manifest().blocks() * Integer.BYTES)
            .executor(Runnable::run)
            .build();
  }

  /** Takes up what came with an open. */
  public void learn(Version version, Manifest manifest) {
    Entry before = entries.getIfPresent(version.name());
    boolean isNew =
        before == null
            || before.manifest().stamp() != manifest.stamp()
            || !before.version().equals(version);
    if (isNew && manifest.blocks() == version.blockCount()) {
      entries.put(version.name(), new Entry(version, manifest));
    }
  }

  /** Forgets the manifest of a key, whatever version it is of. */
  public void forget(ObjectName name) {
    entries.invalidate(name);
  }

  /** Of the manifest that is known of this key; 0 when there is none. */
  public long stamp(ObjectName name) {
    Entry entry = entries.getIfPresent(name);
    return entry == null ? 0 : entry.manifest().stamp();
  }

  /** The manifest of a version that knows this block; null when there is none. */
  public @Nullable Manifest of(Version version, int block) {
    Entry entry = entries.getIfPresent(version.name());
    return entry != null && entry.version().equals(version) && entry.manifest().knows(block)
        ? entry.manifest()
        : null;
  }
}
