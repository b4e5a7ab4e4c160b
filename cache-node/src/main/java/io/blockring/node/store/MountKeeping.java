package io.blockring.node.store;

import java.time.Duration;

/**
 * How a mount's blocks are kept.
 *
 * @param compression which of them are compressed
 * @param floor share of every disk that no other mount's blocks take from it, 0 to 1
 * @param ceiling share of every disk beyond which its own blocks make room for its own, 0 to 1
 * @param ttl after which a block goes, counted from when it was filled; zero: never
 * @param priority whose blocks go first
 */
public record MountKeeping(
    Compression compression, double floor, double ceiling, Duration ttl, Priority priority) {

  /** Of a mount without settings, or one that is not known any more. */
  public static final MountKeeping DEFAULT =
      new MountKeeping(Compression.NONE, 0, 1, Duration.ZERO, Priority.NORMAL);

  public MountKeeping {
    if (!(floor >= 0 && floor <= ceiling && ceiling <= 1 && ceiling > 0)) {
      throw new IllegalArgumentException(
          "store: floor is " + floor + " and ceiling " + ceiling + ", must be 0 <= both <= 1");
    }
    if (ttl.isNegative()) {
      throw new IllegalArgumentException("store: ttl is " + ttl + ", must be at least 0");
    }
  }

  /** Which blocks are compressed. */
  public enum Compression {
    NONE,
    /** All that shrink by an eighth or more. */
    LZ4,
    /** Those whose first bytes shrink by an eighth: the others cost no more than that sample. */
    AUTO
  }

  /** Blocks of a lower one go first, and none makes room for a block of a lower one. */
  public enum Priority {
    LOW,
    NORMAL,
    HIGH
  }

  /** These settings with another compression. */
  public MountKeeping withCompression(Compression other) {
    return new MountKeeping(other, floor, ceiling, ttl, priority);
  }

  /** Whether its blocks are told apart from those of other mounts. */
  boolean hasShare() {
    return !withCompression(Compression.NONE).equals(DEFAULT);
  }
}
