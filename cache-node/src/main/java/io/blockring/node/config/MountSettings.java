package io.blockring.node.config;

import io.blockring.client.namespace.MountId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One entry of {@code mounts}: a name bound to an origin, to a source region, or to an origin with
 * a source region behind it.
 */
public record MountSettings(
    @Setting(
            doc =
                "The mount's own bucket or directory. May be left out when source is there: a"
                    + " mirror without a bucket of its own.")
        MountOrigin origin,
    @Setting(
            doc =
                "The bucket of another region that this mount mirrors: versions come from there,"
                    + " bytes from the own bucket where it has a copy of that version.")
        MountOrigin source,
    @Setting(doc = "Of a mount with a source.") MirrorSettings mirror,
    @Setting(
            doc =
                "What tells two contents of a key apart: auto (version id, else strong ETag),"
                    + " version-id, etag. Files always use size and modification time.",
            value = "auto")
        IdentityMode identity,
    @Setting(
            doc =
                "How long the current version of a key may be taken for granted: immutable, always"
                    + " (ask at every open), or ttl:30s.",
            value = "ttl:30s")
        Freshness freshness,
    @Setting(doc = "Bytes that may come from the bucket; of a mirror: from the source region.")
        BudgetSettings budget,
    @Setting(doc = "Size of a block, a power of two between 256KiB and 16MiB.", value = "4MiB")
        ByteSize blockBytes,
    @Setting(
            doc =
                "Which blocks lie compressed on the disks: none; lz4, all that shrink by an eighth;"
                    + " auto, those whose first 64KiB do. A block that shrinks to less than half"
                    + " takes less space; reading it costs decoding instead of sendfile.",
            value = "none")
        Compression compression,
    @Setting(
            doc =
                "How many nodes keep each block, 1 to 3, in as many zones as there are; the first"
                    + " asks the bucket, the others copy from it. With fewer nodes than this each"
                    + " has every block. The same on all nodes.",
            value = "1")
        int replicas,
    @Setting(doc = "What the mount's blocks may have of the node's disks.") ShareSettings store)
    implements Checked {

  /** What identity is taken from. */
  public enum IdentityMode {
    AUTO,
    VERSION_ID,
    ETAG
  }

  /** Which blocks are compressed. */
  public enum Compression {
    NONE,
    LZ4,
    AUTO
  }

  private static final long MIN_BLOCK = 256L << 10;
  private static final int MAX_REPLICAS = 3;
  private static final long MAX_BLOCK = 16L << 20;

  /** Whether there is a source region behind the mount. */
  public boolean isMirror() {
    return source.isGiven();
  }

  /** The place whose versions the mount shows: the source where there is one. */
  public MountOrigin truth() {
    return isMirror() ? source : origin;
  }

  /**
   * The mount's id, from {@link #truth} alone: copies in an own bucket carry the source's identity,
   * so with or without them a version's bytes are the same.
   *
   * @throws IllegalArgumentException when that place's url cannot be read
   */
  public MountId id() {
    return MountId.of(
        truth().location().toString(),
        truth().canonicalEndpoint(),
        (int) blockBytes.bytes(),
        identity.name().toLowerCase(Locale.ROOT));
  }

  /** How many requests to its places may run at once. */
  int maxConcurrentRequests() {
    return (origin.isGiven() ? origin.maxConcurrentRequests() : 0)
        + (source.isGiven() ? source.maxConcurrentRequests() : 0);
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>(origin.problems("origin"));
    problems.addAll(source.problems("source"));
    problems.addAll(mirror.problems());
    problems.addAll(budget.problems());
    problems.addAll(store.problems());
    if (isMirror() && origin.url().startsWith("file:")) {
      problems.add(
          "mounts: origin.url "
              + origin.url()
              + " cannot be a mirror's own bucket: files have no place for the mark of a copy");
    }
    if (!origin.isGiven() && !source.isGiven()) {
      problems.add("mounts: neither origin.url nor source.url is set: one of both must be");
    }
    if (problems.isEmpty() && origin.isGiven() && origin.mayOverlap(source)) {
      problems.add(
          "mounts: origin "
              + origin.url()
              + " and source "
              + source.url()
              + " overlap: an own bucket is another bucket, or a prefix that is not in the other's,"
              + " whatever the endpoints");
    }
    if (replicas < 1 || replicas > MAX_REPLICAS) {
      problems.add(
          "mounts: replicas " + replicas + " of " + truth().url() + " is not 1 to " + MAX_REPLICAS);
    }
    long bytes = blockBytes.bytes();
    if (bytes < MIN_BLOCK || bytes > MAX_BLOCK || Long.bitCount(bytes) != 1) {
      problems.add(
          "mounts: blockBytes "
              + blockBytes
              + " of "
              + truth().url()
              + " is not a power of two between 256KiB and 16MiB");
    }
    return problems;
  }
}
