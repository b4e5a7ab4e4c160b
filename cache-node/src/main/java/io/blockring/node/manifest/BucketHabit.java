package io.blockring.node.manifest;

import io.blockring.client.origin.ObjectChecksum;
import org.jspecify.annotations.Nullable;

/**
 * What a bucket was heard to keep of its objects, so that it is not asked in vain for ever. A
 * bucket is taken to keep CRC64NVMEs, as S3 does by default, until a few objects in a row had none.
 * Safe for many threads.
 */
final class BucketHabit {
  private static final int IN_VAIN = 3;

  /** Of a bucket without checksums one object in so many is asked for all the same. */
  private static final int NOW_AND_THEN = 64;

  // Guarded by this: objects in a row that had none.
  private int withoutAny;
  private int withoutCrc64;
  private int skipped;

  synchronized boolean isCrc64Wanted() {
    return withoutCrc64 < IN_VAIN;
  }

  synchronized boolean isWorthAsking() {
    if (withoutAny < IN_VAIN) {
      return true;
    }
    skipped = (skipped + 1) % NOW_AND_THEN;
    return skipped == 0;
  }

  /** What it said of one object; null for nothing. */
  synchronized void heard(@Nullable ObjectChecksum checksum) {
    withoutAny = checksum == null ? withoutAny + 1 : 0;
    boolean isCrc64 = checksum != null && checksum.kind() == ObjectChecksum.Kind.CRC64NVME;
    withoutCrc64 = isCrc64 ? 0 : withoutCrc64 + 1;
  }
}
