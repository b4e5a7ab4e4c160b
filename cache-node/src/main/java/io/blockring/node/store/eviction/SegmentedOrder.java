package io.blockring.node.store.eviction;

import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;

/**
 * Entries in three lists, each in order of use: newcomers in the <em>window</em>, whoever left it
 * on <em>probation</em>, whoever was used there <em>protected</em>. Who leaves a full window must
 * have been used more often than whom it would replace. After W-TinyLFU (Einziger, Friedman and
 * Manes, "TinyLFU: A Highly Efficient Cache Admission Policy", ACM ToS 2017); the policy may change
 * at any time, and the lists follow in small steps.
 */
final class SegmentedOrder {
  static final int NONE = Links.NONE;

  private static final int WINDOW = 0;
  private static final int PROBATION = 1;
  private static final int PROTECTED = 2;
  private static final int LISTS = 3;

  /** Entries moved from list to list in one call: bounds how long a change of policy can hold. */
  private static final int MOST_MOVES = 64;

  /** Entries passed over in one list because they may not go. */
  private static final int MOST_PASSED = 1024;

  /** A newcomer as often used as this is sometimes let in though it does not lead. */
  private static final int WARM = 6;

  private static final int WARM_ODDS = 128;

  /** How often, in a loop, a newcomer is let in for one that seems unused. */
  private static final int UNUSED_ODDS = 8;

  private final IntToLongFunction fingerprints;
  private final UseCounts counts;

  private final Links links;
  private final int[] newest = {NONE, NONE, NONE};
  private final int[] oldest = {NONE, NONE, NONE};
  private final int[] sizes = new int[LISTS];
  private Policy policy = Policy.ALL.getFirst();
  private int random = 0x2545_F491;

  /** {@code fingerprints} names the one an entry now stands for. */
  SegmentedOrder(int entries, IntToLongFunction fingerprints, UseCounts counts) {
    this(new Links(entries), fingerprints, counts);
  }

  /** Over entries of which others may be linked into other orders. */
  SegmentedOrder(Links links, IntToLongFunction fingerprints, UseCounts counts) {
    this.links = links;
    this.fingerprints = fingerprints;
    this.counts = counts;
  }

  void follow(Policy policy) {
    this.policy = policy;
  }

  Policy policy() {
    return policy;
  }

  int size() {
    return sizes[WINDOW] + sizes[PROBATION] + sizes[PROTECTED];
  }

  boolean contains(int entry) {
    return links.list(entry) != NONE;
  }

  /** An entry that is in no list becomes the newest of the window. */
  void add(int entry) {
    push(WINDOW, entry);
    settle();
  }

  void use(int entry) {
    int list = links.list(entry);
    remove(entry);
    push(list == WINDOW ? WINDOW : PROTECTED, entry);
    settle();
  }

  void remove(int entry) {
    int list = links.list(entry);
    int towardsNewer = links.newer(entry);
    int towardsOlder = links.older(entry);
    if (towardsNewer == NONE) {
      newest[list] = towardsOlder;
    } else {
      links.setOlder(towardsNewer, towardsOlder);
    }
    if (towardsOlder == NONE) {
      oldest[list] = towardsNewer;
    } else {
      links.setNewer(towardsOlder, list, towardsNewer);
    }
    links.setNewer(entry, NONE, NONE);
    sizes[list]--;
  }

  /** The entry to do without, still in its list; {@link #NONE} when none of those seen may go. */
  int victim(IntPredicate mayGo) {
    boolean isWindowFull = sizes[WINDOW] >= policy.window(size());
    int candidate = isWindowFull ? oldest(WINDOW, mayGo) : NONE;
    int resident = oldest(PROBATION, mayGo);
    if (resident == NONE) {
      resident = oldest(PROTECTED, mayGo);
    }
    if (candidate == NONE || resident == NONE) {
      int only = candidate == NONE ? resident : candidate;
      return only == NONE ? oldest(WINDOW, mayGo) : only;
    }
    if (!leads(candidate, resident)) {
      return candidate;
    }
    remove(candidate);
    push(PROBATION, candidate);
    return resident;
  }

  private boolean leads(int candidate, int resident) {
    int uses = counts.of(fingerprints.applyAsLong(candidate));
    int residentUses = counts.of(fingerprints.applyAsLong(resident));
    if (uses > residentUses + policy.margin()) {
      return true;
    }
    if (policy.margin() > 0) {
      // A loop's residents are all used now and then. What is left of other days is not, and
      // must go though no newcomer of a new loop can lead it by a margin.
      return residentUses == 0 && isOneIn(UNUSED_ODDS);
    }
    // Or else whoever knows the counters' hashes could keep everything else out.
    return uses >= WARM && isOneIn(WARM_ODDS);
  }

  private void settle() {
    int entries = size();
    int window = policy.window(entries);
    for (int moves = 0; sizes[WINDOW] > window && moves < MOST_MOVES; moves++) {
      move(WINDOW, PROBATION);
    }
    int most = policy.protectedEntries(entries);
    for (int moves = 0; sizes[PROTECTED] > most && moves < MOST_MOVES; moves++) {
      move(PROTECTED, PROBATION);
    }
  }

  private void move(int from, int to) {
    int entry = oldest[from];
    remove(entry);
    push(to, entry);
  }

  private int oldest(int list, IntPredicate mayGo) {
    int entry = oldest[list];
    for (int passed = 0; entry != NONE && passed < MOST_PASSED; passed++) {
      if (mayGo.test(entry)) {
        return entry;
      }
      entry = links.newer(entry);
    }
    return NONE;
  }

  private void push(int list, int entry) {
    int before = newest[list];
    links.setOlder(entry, before);
    links.setNewer(entry, list, NONE);
    if (before == NONE) {
      oldest[list] = entry;
    } else {
      links.setNewer(before, list, entry);
    }
    newest[list] = entry;
    sizes[list]++;
  }

  /** A power of two. */
  private boolean isOneIn(int odds) {
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    return (random & (odds - 1)) == 0;
  }
}
