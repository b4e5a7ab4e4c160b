package io.blockring.node.read;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.node.store.BlockStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Copies of hot blocks that this node keeps for others' readers, and gives up when those have gone.
 * Safe for many threads.
 */
public final class SpreadCopies implements AutoCloseable {
  /** Unread for so long, a copy goes. */
  static final Duration KEPT = Duration.ofSeconds(30);

  private static final Duration EVERY = Duration.ofSeconds(5);

  /** More are copied without being given up by themselves: they age as all blocks do. */
  private static final int MOST = 4096;

  private record Copy(BlockRange block, long readNanos) {}

  private final BlockStore store;
  private final Predicate<BlockRange> isKeeper;
  private final LongSupplier nanoTime;
  private final Map<BlockKey, Copy> copies = new ConcurrentHashMap<>();
  private final Thread thread;

  /**
   * @param isKeeper whether this node shall have the block by now
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  public SpreadCopies(BlockStore store, Predicate<BlockRange> isKeeper, LongSupplier nanoTime) {
    this.store = store;
    this.isKeeper = isKeeper;
    this.nanoTime = nanoTime;
    this.thread = Thread.ofVirtual().name("spread-copies").unstarted(this::run);
  }

  /** Begins to give up what is unread. */
  public SpreadCopies start() {
    thread.start();
    return this;
  }

  /** A reader that was sent along the line found nothing here: a copy is on its way. */
  void made(BlockRange block) {
    if (copies.size() < MOST) {
      copies.put(block.key(), new Copy(block, nanoTime.getAsLong()));
    }
  }

  /** A block is read. */
  void read(BlockRange block) {
    if (!copies.isEmpty()) {
      long now = nanoTime.getAsLong();
      copies.computeIfPresent(block.key(), (key, copy) -> new Copy(copy.block(), now));
    }
  }

  /** Copies kept now. */
  public int count() {
    return copies.size();
  }

  void giveUpUnread() {
    long now = nanoTime.getAsLong();
    for (Copy copy : copies.values()) {
      if (now - copy.readNanos() >= KEPT.toNanos()
          && copies.remove(copy.block().key(), copy)
          && !isKeeper.test(copy.block())) {
        store.drop(copy.block().key(), BlockStore.DropReason.EVICTED);
      }
    }
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(EVERY);
        giveUpUnread();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
