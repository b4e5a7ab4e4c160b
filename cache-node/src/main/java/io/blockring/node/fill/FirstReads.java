package io.blockring.node.fill;

import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockKey;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that came in with an open, for a reader who has not read them yet. However soon they are
 * on the SSD, the first read is told where they came from: else a cold small object would look like
 * a hit. Kept for a short while and a few thousand blocks at most; what is forgotten reads as what
 * it is by then, a block on the SSD.
 */
final class FirstReads {
  private static final int MOST = 4_096;
  private static final long KEPT_NANOS = Duration.ofSeconds(10).toNanos();

  private record Entry(Rung rung, long untilNanos) {}

  private final ConcurrentMap<BlockKey, Entry> entries = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  FirstReads(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void expect(BlockKey key, Rung rung) {
    long now = nanoTime.getAsLong();
    if (entries.size() >= MOST) {
      entries.values().removeIf(entry -> entry.untilNanos() - now <= 0);
    }
    if (entries.size() < MOST) {
      entries.put(key, new Entry(rung, now + KEPT_NANOS));
    }
  }

  /** The rung to tell this reader, once; null when the block is simply there. */
  @Nullable Rung take(BlockKey key) {
    if (entries.isEmpty()) {
      return null; // Every hit comes by here.
    }
    Entry entry = entries.remove(key);
    return entry == null || entry.untilNanos() - nanoTime.getAsLong() <= 0 ? null : entry.rung();
  }
}
