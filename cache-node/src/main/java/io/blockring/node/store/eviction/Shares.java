package io.blockring.node.store.eviction;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the entry to empty where entries belong to shares. Each share has an order of its own,
 * with a policy of its own; of the shares that may give an entry, it is taken from the one whose
 * next victim was used least often. With one share this is {@link Eviction} and no more. Not
 * thread-safe.
 */
public final class Shares {
  /** No entry. */
  public static final int NONE = Links.NONE;

  /** There may be so many shares. */
  public static final int MOST = Links.SHARE_LIMIT;

  /** Marks are from 0 to one below this. */
  public static final int MARKS = Links.MARK_LIMIT;

  private final List<Share> shares;
  private final Links links;
  private final UseCounts counts;
  private final IntToLongFunction fingerprints;

  /** Each made when its share has its first entry. */
  private final @Nullable Eviction[] orders;

  /**
   * For entries 0 to {@code entries} - 1.
   *
   * @param fingerprints names what an entry holds now; asked only for entries that were entered
   */
  public Shares(int entries, List<Share> shares, IntToLongFunction fingerprints) {
    if (shares.isEmpty() || shares.size() > MOST) {
      throw new IllegalArgumentException(shares.size() + " shares, must be 1 to " + MOST);
    }
    this.shares = List.copyOf(shares);
    this.links = new Links(entries);
    this.counts = new UseCounts(entries);
    this.fingerprints = fingerprints;
    this.orders = new Eviction[shares.size()];
  }

  /** The entry has been filled for this share, because someone wanted it. */
  public void enter(int entry, int share) {
    links.setShare(entry, share);
    order(share).enter(entry);
  }

  /** The entry holds for this share what it held before a restart, or for another share. */
  public void restore(int entry, int share) {
    links.setShare(entry, share);
    order(share).restore(entry);
  }

  /** What the entry holds is being used. */
  public void use(int entry) {
    order(links.share(entry)).use(entry);
  }

  /** How often lately what the entry holds was used, roughly. */
  public int uses(int entry) {
    return order(links.share(entry)).uses(entry);
  }

  /** The entry is being emptied, for whatever reason. */
  public void leave(int entry) {
    order(links.share(entry)).leave(entry);
  }

  /** Whose the entry is, or was last. */
  public int share(int entry) {
    return links.share(entry);
  }

  /** A number that the owner keeps with an entry. */
  public int mark(int entry) {
    return links.mark(entry);
  }

  public void setMark(int entry, int mark) {
    links.setMark(entry, mark);
  }

  /** Entries of a share. */
  public int size(int share) {
    Eviction order = orders[share];
    return order == null ? 0 : order.size();
  }

  /** Whether a share must give an entry to get one, free ones or not. */
  public boolean isAtCeiling(int share) {
    return size(share) >= shares.get(share).ceiling();
  }

  /**
   * The entry to empty for this share, of those that may be.
   *
   * @return {@link #NONE} when none was found within a bounded search
   */
  public int victim(int share, IntPredicate mayGo) {
    if (isAtCeiling(share)) {
      return shares.get(share).isEvictable() ? victimOf(share, mayGo) : NONE;
    }
    int rank = Integer.MIN_VALUE;
    while (true) {
      rank = nextRank(rank, shares.get(share).rank());
      if (rank == Integer.MAX_VALUE) {
        return NONE;
      }
      int victim = leastUsed(share, rank, mayGo);
      if (victim != NONE) {
        return victim;
      }
    }
  }

  /** The entry to empty when the store itself must shrink: floors are respected if they can be. */
  public int anyVictim(IntPredicate mayGo) {
    for (int share = 0; share < orders.length; share++) {
      int victim = mayGive(share, NONE) ? victimOf(share, mayGo) : NONE;
      if (victim != NONE) {
        return victim;
      }
    }
    for (int share = 0; share < orders.length; share++) {
      int victim = shares.get(share).isEvictable() ? victimOf(share, mayGo) : NONE;
      if (victim != NONE) {
        return victim;
      }
    }
    return NONE;
  }

  /** Bytes of memory taken by what grows with the number of entries. */
  public long memoryBytes() {
    return links.memoryBytes() + counts.memoryBytes();
  }

  /** The lowest rank above one and up to another; {@code MAX_VALUE} when there is none. */
  private int nextRank(int above, int most) {
    int next = Integer.MAX_VALUE;
    for (Share share : shares) {
      if (share.rank() > above && share.rank() <= most) {
        next = Math.min(next, share.rank());
      }
    }
    return next;
  }

  private int leastUsed(int forShare, int rank, IntPredicate mayGo) {
    int least = NONE;
    int leastUses = Integer.MAX_VALUE;
    for (int share = 0; share < orders.length; share++) {
      if (shares.get(share).rank() != rank || !mayGive(share, forShare)) {
        continue;
      }
      int victim = victimOf(share, mayGo);
      int uses = victim == NONE ? Integer.MAX_VALUE : counts.of(fingerprints.applyAsLong(victim));
      boolean isLarger = least != NONE && size(share) > size(links.share(least));
      if (uses < leastUses || (uses == leastUses && isLarger)) {
        least = victim;
        leastUses = uses;
      }
    }
    return least;
  }

  private boolean mayGive(int share, int forShare) {
    return shares.get(share).isEvictable()
        && (share == forShare || size(share) > shares.get(share).floor());
  }

  private int victimOf(int share, IntPredicate mayGo) {
    Eviction order = orders[share];
    return order == null || order.size() == 0 ? NONE : order.victim(mayGo);
  }

  private Eviction order(int share) {
    Eviction order = orders[share];
    if (order == null) {
      Share limits = shares.get(share);
      int likely = limits.floor() > 0 ? limits.floor() : limits.ceiling();
      order = new Eviction(links, Math.clamp(likely, 1, links.count()), fingerprints, counts);
      orders[share] = order;
    }
    return order;
  }
}
