package io.blockring.node.manifest;

import java.util.concurrent.atomic.LongAdder;

/** What this node did about manifests since it started. Only grows. */
public final class ManifestCounters {
  /** Blocks whose checksums were reported to their resolver, as it may be this node. */
  public final LongAdder reported = new LongAdder();

  /** Blocks that were not: too many waited, or the resolver could not be told. */
  public final LongAdder unreported = new LongAdder();

  /** Reports that contradicted an earlier one of the same block. */
  public final LongAdder conflicts = new LongAdder();

  /** Complete versions whose bytes are those that the bucket vouches for. */
  public final LongAdder proved = new LongAdder();

  /** Complete versions whose bytes are not. */
  public final LongAdder refuted = new LongAdder();

  /** Complete versions of which the bucket keeps no checksum, or did not say. */
  public final LongAdder unproved = new LongAdder();

  /** Blocks dropped because their version was refuted. */
  public final LongAdder dropped = new LongAdder();
}
