package io.blockring.node.handoff;

import io.blockring.client.cluster.ControlException;
import io.blockring.client.cluster.OfferAnswer;
import io.blockring.client.cluster.OfferedBlock;
import io.blockring.client.namespace.MountId;
import io.blockring.client.rate.TokenBucket;
import io.blockring.node.handoff.HandoffProgress.Phase;
import io.blockring.node.host.HostPressure;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.ClusterView;
import io.blockring.node.membership.Member;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.KeepAction;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives away what this node keeps and does not own any more: after each change of the members it
 * walks its store and offers, until a walk finds nothing to give; then it says in the book that the
 * slots are handed over. What it has given it keeps as any other block, until that is evicted.
 *
 * <p>One thread of its own. Which slots are held is in the book, so that a restart goes on.
 */
public final class Handoff implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Handoff.class);
  private static final Duration CREDIT = Duration.ofMillis(100);
  private static final int MOST_WALKS = 4;
  private static final int MOST_DOUBLINGS = 6;
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  /** Offers blocks to the member that shall have them. */
  @FunctionalInterface
  public interface Offers {
    /** As {@link io.blockring.client.cluster.ControlClient#offer}. */
    OfferAnswer offer(Member member, List<OfferedBlock> blocks) throws ControlException;
  }

  /**
   * How it goes about it.
   *
   * @param bytesPerSecond on average, unless the member's record says otherwise
   * @param settling between a change of the members and the first offer: the others hear of it too
   * @param retry between a walk that left something and the next one, when nothing changes
   */
  public record Limits(long bytesPerSecond, Duration settling, Duration retry) {
    /** Usual pauses. */
    public static Limits of(long bytesPerSecond) {
      return new Limits(bytesPerSecond, Duration.ofSeconds(2), Duration.ofSeconds(10));
    }
  }

  /**
   * What a walk depends on.
   *
   * @param isDraining and the ring knows it: that follows the record within half a second
   */
  private record Situation(long epoch, boolean isDraining, boolean isIsolated) {
    static Situation of(ClusterView view) {
      Member self = view.member(view.selfId()).orElse(null);
      boolean ownsNothing =
          view.ring().owningMembers().stream().noneMatch(one -> one.id().equals(view.selfId()));
      return new Situation(
          view.epoch(),
          self != null && self.isDraining() && ownsNothing,
          self == null || self.isIsolated());
    }
  }

  private final Cluster cluster;
  private final BlockStore store;
  private final LongFunction<@Nullable MountId> mounts;
  private final Offers offers;
  private final Consumer<ClusterView> versions;
  private final HostPressure pressure;
  private final Limits limits;
  private final HandoffCounters counters = new HandoffCounters();
  private final TokenBucket rate;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread = Thread.ofPlatform().name("handoff").daemon().unstarted(this::run);
  private volatile boolean isClosed;
  private volatile Account account = new Account(0);

  /**
   * @param mounts this node's by the first 8 bytes of their ids; null when there is none
   * @param versions tells the members what this node knew of the keys that they resolve now
   */
  public Handoff(
      Cluster cluster,
      BlockStore store,
      LongFunction<@Nullable MountId> mounts,
      Offers offers,
      Consumer<ClusterView> versions,
      HostPressure pressure,
      Limits limits) {
    this.cluster = cluster;
    this.store = store;
    this.mounts = mounts;
    this.offers = offers;
    this.versions = versions;
    this.pressure = pressure;
    this.limits = limits;
    this.rate = new TokenBucket(this::bytesPerSecond, CREDIT, System::nanoTime);
  }

  /** Begins to follow the cluster; to be called once, after it was started. */
  public void start() {
    cluster.onChange(view -> wake.release());
    thread.start();
  }

  public HandoffCounters counters() {
    return counters;
  }

  public HandoffProgress progress() {
    return account.progress();
  }

  ClusterView view() {
    return cluster.view();
  }

  HostPressure pressure() {
    return pressure;
  }

  TokenBucket rate() {
    return rate;
  }

  OfferAnswer offer(Member member, List<OfferedBlock> blocks) throws ControlException {
    return offers.offer(member, blocks);
  }

  /** What left the store meanwhile need not be given to anybody. */
  boolean isHere(OfferedBlock block) {
    return store.contains(block.key());
  }

  /** The block is where it belongs; one pin in the cluster is enough. */
  void given(OfferedBlock block, OfferAnswer.Outcome outcome) {
    if (outcome == OfferAnswer.Outcome.MOVED) {
      counters.given(block.length());
    } else {
      counters.had();
    }
    MountId mount = mounts.apply(block.mount());
    if (block.isPinned() && mount != null) {
      store.keep(KeepAction.UNPIN, block.key(), mount);
    }
  }

  private double bytesPerSecond() {
    ClusterView view = view();
    long asked = view.member(view.selfId()).map(Member::drainRateBytes).orElse(0L);
    return asked > 0 ? asked : limits.bytesPerSecond();
  }

  private void run() {
    Situation known = null;
    Phase phase = Phase.IDLE;
    int waits = 0;
    while (!isClosed) {
      try {
        Situation now = Situation.of(view());
        if (!now.equals(known)) {
          known = now;
          phase = Phase.IDLE;
          account = new Account(expectedBytes());
        }
        if (isWork(now) && phase != Phase.SAFE_TO_STOP) {
          phase = handOver(now, phase);
          account.enter(phase);
        }
        waits = awaitChange(now, phase, waits) ? 0 : waits + 1;
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.error("handing blocks over failed; trying again", e);
        LockSupport.parkNanos(limits.retry().toNanos());
      }
    }
  }

  private boolean isWork(Situation now) {
    return !now.isIsolated() && (now.isDraining() || !cluster.heldSlots().isEmpty());
  }

  private boolean isIsolated() {
    ClusterView view = view();
    return view.member(view.selfId()).map(Member::isIsolated).orElse(true);
  }

  private Phase handOver(Situation now, Phase before) throws InterruptedException {
    // One that has just started with empty disks holds nothing for anybody, and says so at once.
    if (before == Phase.IDLE && store.statistics().blocks() > 0) {
      TimeUnit.NANOSECONDS.sleep(limits.settling().toNanos());
      versions.accept(view());
    }
    HandoffWalk walk;
    boolean isLast;
    int walks = 0;
    do {
      RoaringBitmap held = cluster.heldSlots();
      walk = new HandoffWalk(this);
      account.begin(walk);
      walk.run(store.walk(), () -> isClosed || isIsolated());
      if (isClosed || !now.equals(Situation.of(view()))) {
        return Phase.MOVING;
      }
      // Blocks may have come in behind it: by readers who did not know the new ring yet. But full
      // receivers evict what they have for what they get, so that this would go on for ever.
      isLast = walk.movedBlocks() == 0 || ++walks == MOST_WALKS;
      if (isLast && walk.knowsAll()) {
        cluster.handedOver(walk.withoutLeft(held), now.epoch());
      }
    } while (!isLast);
    LOG.info("handed over: {}", account.progress());
    if (walk.isWorthRetrying() || (walk.leftBlocks() > 0 && !now.isDraining())) {
      return Phase.WAITING;
    }
    return now.isDraining() ? Phase.SAFE_TO_STOP : Phase.IDLE;
  }

  /**
   * @param waits in a row that nothing ended: each is twice as long as the one before
   * @return whether something has changed
   */
  private boolean awaitChange(Situation now, Phase phase, int waits) throws InterruptedException {
    long pause =
        switch (phase) {
          case IDLE, SAFE_TO_STOP -> Long.MAX_VALUE;
          case MOVING -> 0;
          case WAITING -> limits.retry().toNanos() << Math.min(waits, MOST_DOUBLINGS);
        };
    Set<String> asked = asked();
    long began = System.nanoTime();
    while (!isClosed
        && now.equals(Situation.of(view()))
        && (phase != Phase.WAITING || asked.equals(asked()))
        && System.nanoTime() - began < pause) {
      wake.tryAcquire(pause - (System.nanoTime() - began), TimeUnit.NANOSECONDS);
      wake.drainPermits();
    }
    return !now.equals(Situation.of(view())) || !asked.equals(asked());
  }

  private Set<String> asked() {
    return view().members().stream()
        .filter(Member::isAsked)
        .map(Member::id)
        .collect(Collectors.toSet());
  }

  /** As if the blocks lay evenly over the slots that this node holds and owns. */
  private long expectedBytes() {
    ClusterView view = view();
    long held = cluster.heldSlots().getLongCardinality();
    long own = view.ring().slotsOf(view.selfId()).getLongCardinality();
    long bytes = store.statistics().bytes();
    return held + own == 0 ? bytes : Math.round((double) bytes * held / (held + own));
  }

  /** Begins no further walk and gives the one that runs up. */
  @Override
  public void close() {
    isClosed = true;
    thread.interrupt();
    try {
      thread.join(CLOSE_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the walks since the last change came to. */
  private static final class Account {
    private final long estimate;
    private final long startNanos = System.nanoTime();
    // All guarded by this.
    private Phase phase = Phase.IDLE;
    private long endNanos;
    private long doneBefore;
    private long movedBefore;
    private int walks;
    private @Nullable HandoffWalk walk;

    Account(long estimate) {
      this.estimate = estimate;
    }

    synchronized void begin(HandoffWalk next) {
      HandoffWalk last = walk;
      if (last != null) {
        doneBefore = done(last);
        movedBefore += last.movedBytes();
      }
      walks++;
      walk = next;
      phase = Phase.MOVING;
    }

    synchronized void enter(Phase next) {
      phase = next;
      endNanos = System.nanoTime();
    }

    synchronized HandoffProgress progress() {
      HandoffWalk now = walk;
      if (now == null) {
        return HandoffProgress.NONE;
      }
      long done = done(now);
      long known = done + now.leftBytes();
      boolean isEstimated = walks == 1 && phase == Phase.MOVING;
      long end = phase == Phase.MOVING ? System.nanoTime() : endNanos;
      return new HandoffProgress(
          phase,
          isEstimated ? Math.max(estimate, known) : known,
          done,
          movedBefore + now.movedBytes(),
          now.leftBytes(),
          now.leftBlocks(),
          TimeUnit.NANOSECONDS.toMillis(end - startNanos),
          now.trouble());
    }

    /** Later walks meet what the first one gave. */
    private long done(HandoffWalk last) {
      return walks == 1 ? last.doneBytes() : doneBefore + last.movedBytes();
    }
  }
}
