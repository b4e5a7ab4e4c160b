package io.blockring.node.read;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Which blocks are read here so much more than others that their readers had better go along the
 * line for them. Counts by the second, in a bounded table. Safe for many threads; never blocks.
 */
final class HotBlocks {
  /** How many members beyond the owner share the readers of a hot block: the rest of the line. */
  static final int SPREAD = 3;

  private static final long WINDOW_NANOS = Duration.ofSeconds(1).toNanos();

  /** Once hot, a block is told to be for so long; its readers come here only in part then. */
  private static final long HOT_NANOS = Duration.ofSeconds(5).toNanos();

  /** Blocks looked at in a window; where more are read, few of them are hot. */
  private static final int MOST_BLOCKS = 1024;

  /** Hot is a block of which one in so many of all bytes here are ... */
  private static final int SHARE = 32;

  /** ... and which is read as a whole so many times in a window. */
  private static final int LEAST_TIMES = 4;

  /** What is hot stays so at this part of both, since its readers are spread. */
  private static final int STAYS = 2 * (SPREAD + 1);

  /** The blocks of one second. */
  private static final class Window {
    private final long endNanos;
    private final LongAdder bytes = new LongAdder();
    private final Map<BlockKey, LongAdder> byBlock = new ConcurrentHashMap<>();

    Window(long endNanos) {
      this.endNanos = endNanos;
    }
  }

  private final LongSupplier nanoTime;
  private final AtomicReference<Window> window;
  private final Map<BlockKey, Long> hotUntil = new ConcurrentHashMap<>();

  HotBlocks(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.window = new AtomicReference<>(new Window(nanoTime.getAsLong() + WINDOW_NANOS));
  }

  /** A reader gets this range: returns how many members beyond the owner it may ask from now on. */
  int spreadAfter(BlockRange range) {
    long now = nanoTime.getAsLong();
    Window current = window.get();
    if (now - current.endNanos >= 0
        && window.compareAndSet(current, new Window(now + WINDOW_NANOS))) {
      hotUntil.values().removeIf(until -> until - now <= 0);
    }
    BlockKey key = range.key();
    current = window.get();
    current.bytes.add(range.length());
    LongAdder mine = current.byBlock.get(key);
    if (mine == null && current.byBlock.size() < MOST_BLOCKS) {
      mine = current.byBlock.computeIfAbsent(key, first -> new LongAdder());
    }
    Long until = hotUntil.get(key);
    boolean isHot = until != null && until - now > 0;
    if (mine == null) {
      return isHot ? SPREAD : 0;
    }
    mine.add(range.length());
    long weight = mine.sum() * (isHot ? STAYS : 1);
    if (weight >= (long) LEAST_TIMES * range.blockLength()
        && weight * SHARE >= current.bytes.sum()) {
      hotUntil.put(key, now + HOT_NANOS);
      isHot = true;
    }
    return isHot ? SPREAD : 0;
  }

  /** Blocks whose readers are spread now. */
  int count() {
    return hotUntil.size();
  }
}
