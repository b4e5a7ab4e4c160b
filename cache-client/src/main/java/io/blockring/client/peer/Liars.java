package io.blockring.client.peer;

import io.blockring.client.namespace.BlockKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Peers whose bytes matched the checksums they sent, and contradicted the manifest: something there
 * is broken in a way that its own checks do not see, so it is left alone for long. Answers it gives
 * meanwhile do not clear it. Safe for many threads.
 */
public final class Liars {
  /** So many blocks that were wrong. */
  static final int BLOCKS_BEFORE_PAUSE = 3;

  /** Counted from the last of them. */
  static final Duration PAUSE = Duration.ofMinutes(10);

  private static final int MOST_PEERS = 4096;

  /**
   * A peer that sent blocks that were wrong.
   *
   * @param blocks how many of them, counted up to the number that has it left alone
   * @param what the last of them, for people
   * @param sinceNanos how long ago the last of them was
   */
  public record Liar(
      PeerAddress peer, int blocks, boolean isLeftAlone, String what, long sinceNanos) {}

  private record Charge(List<BlockKey> blocks, String what, long atNanos) {}

  private final LongSupplier nanoTime;
  // Guarded by this. Only troubled peers are in it.
  private final Map<PeerAddress, Charge> charges = new HashMap<>();
  private volatile boolean isEmpty = true;

  /**
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  Liars(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** It sent this block wrong; the same block twice is one. */
  synchronized void caught(PeerAddress peer, BlockKey block, String what) {
    removeOld();
    Charge before = charges.get(peer);
    if (before == null && charges.size() >= MOST_PEERS) {
      return;
    }
    List<BlockKey> blocks = before == null ? new ArrayList<>() : new ArrayList<>(before.blocks());
    if (!blocks.contains(block) && blocks.size() < BLOCKS_BEFORE_PAUSE) {
      blocks.add(block);
    }
    charges.put(peer, new Charge(blocks, what, nanoTime.getAsLong()));
    isEmpty = false;
  }

  /** Another peer sent the same: the manifest is wrong, or the bucket. */
  synchronized void acquit(PeerAddress peer, BlockKey block) {
    Charge before = charges.get(peer);
    if (before != null) {
      List<BlockKey> blocks = new ArrayList<>(before.blocks());
      blocks.remove(block);
      if (blocks.isEmpty()) {
        charges.remove(peer);
      } else {
        charges.put(peer, new Charge(blocks, before.what(), before.atNanos()));
      }
      isEmpty = charges.isEmpty();
    }
  }

  /** Whether it is not to be asked now. */
  public boolean isLeftAlone(PeerAddress peer) {
    return !isEmpty && isCharged(peer);
  }

  private synchronized boolean isCharged(PeerAddress peer) {
    removeOld();
    Charge charge = charges.get(peer);
    return charge != null && charge.blocks().size() >= BLOCKS_BEFORE_PAUSE;
  }

  /** Everyone who was caught in the last minutes. */
  public synchronized List<Liar> all() {
    removeOld();
    return charges.entrySet().stream()
        .map(
            entry ->
                new Liar(
                    entry.getKey(),
                    entry.getValue().blocks().size(),
                    entry.getValue().blocks().size() >= BLOCKS_BEFORE_PAUSE,
                    entry.getValue().what(),
                    nanoTime.getAsLong() - entry.getValue().atNanos()))
        .toList();
  }

  private void removeOld() {
    long now = nanoTime.getAsLong();
    charges.values().removeIf(charge -> now - charge.atNanos() > PAUSE.toNanos());
    isEmpty = charges.isEmpty();
  }
}
