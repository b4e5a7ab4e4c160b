package io.blockring.node.store.eviction;

import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;

/**
 * Chooses the entry to empty. Entries are ordered as {@link SegmentedOrder} says, by the policy
 * that {@link PolicyChoice} finds best for what is being read: training epochs, scans, roll-outs
 * and skewed reads want different ones. Not thread-safe.
 *
 * <p>Memory: 10 bytes an entry of all shares together, and 0.7 MiB.
 */
public final class Eviction {
  /** No entry. */
  public static final int NONE = SegmentedOrder.NONE;

  private static final int MOST_RECENT = 64;
  private static final int ENTRIES_PER_RECENT = 16;

  private final IntToLongFunction fingerprints;
  private final UseCounts counts;
  private final SegmentedOrder order;
  private final PolicyChoice choice;

  /**
   * The last used fingerprints, each where its hash says. A block that is read in a thousand small
   * ranges was used once.
   */
  private final long[] recent;

  /**
   * For entries 0 to {@code entries} - 1.
   *
   * @param fingerprints names what an entry holds now; asked only for entries that were entered
   */
  public Eviction(int entries, IntToLongFunction fingerprints) {
    this(new Links(entries), entries, fingerprints, new UseCounts(entries));
  }

  /**
   * Of some of the linked entries.
   *
   * @param likely how many these will be: what the policies are tried for
   */
  Eviction(Links links, int likely, IntToLongFunction fingerprints, UseCounts counts) {
    this.fingerprints = fingerprints;
    this.counts = counts;
    this.order = new SegmentedOrder(links, fingerprints, counts);
    this.choice = new PolicyChoice(likely, counts);
    this.recent = new long[Math.clamp(likely / ENTRIES_PER_RECENT, 1, MOST_RECENT)];
  }

  int size() {
    return order.size();
  }

  /** The entry has been filled, because someone wanted it. */
  public void enter(int entry) {
    order.add(entry);
    learn(fingerprints.applyAsLong(entry));
  }

  /** The entry holds what it held before a restart. */
  public void restore(int entry) {
    order.add(entry);
  }

  /** What the entry holds is being used. */
  public void use(int entry) {
    if (learn(fingerprints.applyAsLong(entry))) {
      order.use(entry);
    }
  }

  /** How often what the entry holds was used of late, its coming in among them; an estimate. */
  public int uses(int entry) {
    return counts.of(fingerprints.applyAsLong(entry));
  }

  /** The entry is being emptied, for whatever reason. */
  public void leave(int entry) {
    order.remove(entry);
  }

  /**
   * The entry to empty next, of those that may be.
   *
   * @return {@link #NONE} when none was found within a bounded search
   */
  public int victim(IntPredicate mayGo) {
    return order.victim(mayGo);
  }

  private boolean learn(long fingerprint) {
    int place = (int) (((fingerprint >>> Integer.SIZE) * recent.length) >>> Integer.SIZE);
    if (recent[place] == fingerprint) {
      return false;
    }
    recent[place] = fingerprint;
    counts.add(fingerprint);
    order.follow(choice.after(fingerprint));
    return true;
  }
}
