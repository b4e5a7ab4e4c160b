package io.blockring.client.peer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.blockring.client.namespace.BlockKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that so many read that their owner sends readers along the line. What it said last holds
 * for a few seconds: those who go elsewhere do not hear from it. Safe for many threads.
 */
final class Spreads {
  /** Members beyond the owner at most: the line has no more. */
  static final int MOST = 3;

  private static final Duration HOLDS = Duration.ofSeconds(5);
  private static final int MOST_BLOCKS = 4096;

  private final Cache<BlockKey, Integer> spreads;
  private volatile boolean isEmpty = true;

  Spreads(Ticker ticker) {
    this.spreads =
        Caffeine.newBuilder()
            .maximumSize(MOST_BLOCKS)
            .expireAfterWrite(HOLDS)
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  /** A reply said so. */
  void said(BlockKey block, int spread) {
    if (spread > 0) {
      spreads.put(block, spread);
      isEmpty = false;
    }
  }

  /** How many members beyond the owner may be asked. */
  int of(BlockKey block) {
    if (isEmpty) {
      return 0;
    }
    @Nullable Integer spread = spreads.getIfPresent(block);
    return spread == null ? 0 : spread;
  }
}
