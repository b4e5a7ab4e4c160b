package io.blockring.node.store;

import io.blockring.client.namespace.MountId;
import io.blockring.node.store.eviction.Share;
import io.blockring.node.store.eviction.Shares;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Whose blocks are on a disk: all mounts without settings of their own together, whatever is
 * pinned, and each mount with settings. Blocks are told apart in memory by the number of such a
 * share and a coarse age, on the disk by a tag of the mount's id and the second they were filled.
 */
final class Tenants {
  /** The share of mounts without settings. */
  static final int OTHERS = 0;

  /** The share of pinned blocks. */
  static final int PINNED = 1;

  private static final int FIRST_MOUNT = 2;

  /** One region is being filled while another may be emptied for it. */
  private static final int FEWEST_SLOTS = 2;

  private static final int OTHERS_TAG = 0;
  private static final int PINNED_TAG = -1;

  /** So many ticks make a TTL; a block goes within one more. */
  private static final int TICKS = Shares.MARKS / 2;

  /** At least this much of a disk is not pinned, so that what is not pinned can be read at all. */
  private static final int LEAST_UNPINNED_SHARE = 8;

  private final List<Share> shares = new ArrayList<>();
  private final List<Integer> tags = new ArrayList<>();
  private final List<Duration> ttls = new ArrayList<>();
  private final Map<MountId, Integer> numbers = new HashMap<>();
  private final LongSupplier seconds;
  private final boolean hasTtl;

  /**
   * @param slots of the disk
   * @param seconds since 1970, never less than before while the process lives
   */
  Tenants(Map<MountId, MountKeeping> mounts, int slots, LongSupplier seconds) {
    this.seconds = seconds;
    int floors = (int) mounts.values().stream().mapToLong(mount -> floor(mount, slots)).sum();
    int pinnable = Math.max(0, slots - Math.max(floors, slots / LEAST_UNPINNED_SHARE) - 1);
    add(Share.UNLIMITED, OTHERS_TAG, Duration.ZERO);
    add(
        new Share(0, pinnable, rank(MountKeeping.Priority.HIGH) + 1, false),
        PINNED_TAG,
        Duration.ZERO);
    List<MountId> sorted = new ArrayList<>(mounts.keySet());
    sorted.sort(Comparator.comparing(MountId::toString));
    for (MountId mount : sorted) {
      MountKeeping keeping = mounts.get(mount);
      if (keeping != null && keeping.hasShare()) {
        numbers.put(mount, shares.size());
        int ceiling = Math.max(FEWEST_SLOTS, (int) Math.ceil(keeping.ceiling() * slots));
        add(
            new Share(floor(keeping, slots), ceiling, rank(keeping.priority()), true),
            tag(mount),
            keeping.ttl());
      }
    }
    if (shares.size() > Shares.MOST) {
      throw new IllegalArgumentException(
          "store: "
              + (shares.size() - FIRST_MOUNT)
              + " mounts have settings of their own, must be at most "
              + (Shares.MOST - FIRST_MOUNT));
    }
    hasTtl = ttls.stream().anyMatch(Duration::isPositive);
  }

  /** Nobody has settings. */
  static Tenants none(int slots) {
    return new Tenants(Map.of(), slots, () -> 0);
  }

  List<Share> shares() {
    return List.copyOf(shares);
  }

  int shareOf(MountId mount) {
    return numbers.getOrDefault(mount, OTHERS);
  }

  /** Whose a block is that the index has with this tag. */
  int shareOf(int tag) {
    for (int share = PINNED; share < tags.size(); share++) {
      if (tags.get(share) == tag) {
        return share;
      }
    }
    return OTHERS;
  }

  static boolean isPinned(int tag) {
    return tag == PINNED_TAG;
  }

  int tag(int share) {
    return tags.get(share);
  }

  /** Whether anything ever expires. */
  boolean hasTtl() {
    return hasTtl;
  }

  /** The mark of a block that is filled now. */
  int markNow(int share) {
    return markOf(share, (int) seconds.getAsLong());
  }

  /**
   * The mark of a block that was filled then.
   *
   * @param filledSeconds 0 where nobody noted it: now, then
   */
  int markOf(int share, int filledSeconds) {
    Duration ttl = ttls.get(share);
    if (!ttl.isPositive()) {
      return 0;
    }
    long now = seconds.getAsLong();
    long filled = filledSeconds == 0 ? now : Integer.toUnsignedLong(filledSeconds);
    long age = Math.clamp(tick(ttl, now) - tick(ttl, filled), 0, TICKS + 1);
    return (int) Math.floorMod(tick(ttl, now) - age, Shares.MARKS);
  }

  /** When about a block with this mark was filled: as it goes to the index. */
  int filledSeconds(int share, int mark) {
    Duration ttl = ttls.get(share);
    if (!ttl.isPositive()) {
      return 0;
    }
    long now = seconds.getAsLong();
    return (int) (now - ticksSince(ttl, now, mark) * ttl.toSeconds() / TICKS);
  }

  /** Whether a block with this mark is older than it may be. */
  boolean isExpired(int share, int mark) {
    Duration ttl = ttls.get(share);
    return ttl.isPositive() && ticksSince(ttl, seconds.getAsLong(), mark) > TICKS;
  }

  private static int ticksSince(Duration ttl, long nowSeconds, int mark) {
    return (int) Math.floorMod(tick(ttl, nowSeconds) - mark, (long) Shares.MARKS);
  }

  private static long tick(Duration ttl, long seconds) {
    return seconds * TICKS / Math.max(1, ttl.toSeconds());
  }

  private static int floor(MountKeeping keeping, int slots) {
    return (int) Math.ceil(keeping.floor() * slots);
  }

  private static int rank(MountKeeping.Priority priority) {
    return priority.ordinal() - MountKeeping.Priority.NORMAL.ordinal();
  }

  /** Never that of the others or of what is pinned. */
  private static int tag(MountId mount) {
    int tag = (int) (mount.digest().high() >>> Integer.SIZE);
    return tag == OTHERS_TAG || tag == PINNED_TAG ? 1 : tag;
  }

  private void add(Share share, int tag, Duration ttl) {
    shares.add(share);
    tags.add(tag);
    ttls.add(ttl);
  }
}
