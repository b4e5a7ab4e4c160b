package io.blockring.node.handoff;

import io.blockring.client.cluster.ControlException;
import io.blockring.client.cluster.OfferAnswer;
import io.blockring.client.cluster.OfferAnswer.Outcome;
import io.blockring.client.cluster.OfferedBlock;
import io.blockring.node.membership.ClusterView;
import io.blockring.node.membership.Member;
import io.blockring.node.store.BlockWalk;
import io.blockring.node.store.KeptBlock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One walk over what this node keeps: offers each block that is not its own, and waits until all
 * offers are answered. Each batch goes by the members as they are when it is made. One thread
 * walks; offers are made on threads of their own.
 */
final class HandoffWalk {
  private static final Logger LOG = LoggerFactory.getLogger(HandoffWalk.class);
  private static final int BATCH_BLOCKS = Takeover.MOST_BLOCKS;
  private static final long BATCH_BYTES = 16L << 20;

  /** To all members together. */
  private static final int OFFERS_AT_ONCE = 4;

  private final Handoff handoff;
  private final Map<String, Batch> batches = new HashMap<>();
  private final Semaphore turns = new Semaphore(OFFERS_AT_ONCE);

  /** Members that answered badly: not asked again in this walk. */
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  private final AtomicLong doneBytes = new AtomicLong();
  private final AtomicLong movedBytes = new AtomicLong();
  private final AtomicLong movedBlocks = new AtomicLong();
  private final AtomicLong leftBytes = new AtomicLong();
  private final AtomicLong leftBlocks = new AtomicLong();
  private final AtomicLong retriableBlocks = new AtomicLong();

  /** Of blocks that are left; guarded by itself. */
  private final RoaringBitmap leftSlots = new RoaringBitmap();

  private volatile boolean hasMetUnknown;
  private volatile boolean isWhole;
  private volatile String trouble = "";

  private static final class Batch {
    private final Member target;
    private final List<OfferedBlock> blocks = new ArrayList<>();
    private long bytes;

    Batch(Member target) {
      this.target = target;
    }
  }

  HandoffWalk(Handoff handoff) {
    this.handoff = handoff;
  }

  /** Returns early when it is told to stop. */
  void run(BlockWalk blocks, BooleanSupplier isStopped) throws InterruptedException {
    for (KeptBlock block = blocks.next();
        block != null && !isStopped.getAsBoolean();
        block = blocks.next()) {
      offer(block);
    }
    for (Batch batch : batches.values()) {
      send(batch);
    }
    turns.acquire(OFFERS_AT_ONCE);
    isWhole = blocks.hasReadAll();
    if (!isWhole) {
      explain("a disk cannot be read");
    }
  }

  /** Whether it has seen every block and knew whose each is: what it has not left is elsewhere. */
  boolean knowsAll() {
    return isWhole && !hasMetUnknown;
  }

  /** That others have now, had they it before or not. */
  long doneBytes() {
    return doneBytes.get();
  }

  long movedBytes() {
    return movedBytes.get();
  }

  long movedBlocks() {
    return movedBlocks.get();
  }

  long leftBytes() {
    return leftBytes.get();
  }

  long leftBlocks() {
    return leftBlocks.get();
  }

  /** Whether another walk may find a taker for what is left. */
  boolean isWorthRetrying() {
    return retriableBlocks.get() > 0 || !isWhole;
  }

  String trouble() {
    return trouble;
  }

  /** Takes out of some slots those that blocks are left of. */
  RoaringBitmap withoutLeft(RoaringBitmap slots) {
    synchronized (leftSlots) {
      return RoaringBitmap.andNot(slots, leftSlots);
    }
  }

  private void offer(KeptBlock block) throws InterruptedException {
    ClusterView view = handoff.view();
    long hash = block.home().placementHash();
    if (!block.home().isKnown()) {
      unknown(block, view);
      return;
    }
    if (Targets.isFirst(view, hash, view.selfId())) {
      return;
    }
    OfferedBlock offered =
        new OfferedBlock(block.key(), block.length(), hash, block.home().mount(), block.isPinned());
    if (view.isOwner(hash)) {
      left(offered, true, "the owner of block " + block.key() + " is away, this node stands in");
      return;
    }
    List<Member> targets = Targets.of(view, hash);
    if (targets.isEmpty()) {
      left(offered, true, "the owner of block " + block.key() + " cannot be asked");
    }
    for (Member target : targets) {
      if (failing.contains(target.id())) {
        left(offered, true, "");
      } else {
        add(offered, target);
      }
    }
  }

  /** Nobody can say whose it is; of a member that owns nothing it is not its own. */
  private void unknown(KeptBlock block, ClusterView view) {
    hasMetUnknown = true;
    if (view.member(view.selfId()).map(self -> self.ringWeight() == 0).orElse(true)) {
      leftBlocks.incrementAndGet();
      leftBytes.addAndGet(block.length());
      explain("blocks written by an earlier version do not say whose they are");
    }
  }

  private void add(OfferedBlock block, Member target) throws InterruptedException {
    Batch batch = batches.computeIfAbsent(target.id(), id -> new Batch(target));
    batch.blocks.add(block);
    batch.bytes += block.length();
    if (batch.blocks.size() == BATCH_BLOCKS || batch.bytes >= BATCH_BYTES) {
      batches.remove(target.id());
      send(batch);
    }
  }

  private void send(Batch batch) throws InterruptedException {
    turns.acquire();
    handoff.pressure().giveWay();
    TimeUnit.NANOSECONDS.sleep(handoff.rate().book(batch.bytes));
    Thread.ofVirtual()
        .name("handoff-to-" + batch.target.id())
        .start(
            () -> {
              long moved = 0;
              try {
                moved = settle(batch);
              } catch (RuntimeException e) {
                LOG.error("an offer to {} broke", batch.target.id(), e);
                failing.add(batch.target.id());
                batch.blocks.forEach(block -> left(block, true, String.valueOf(e)));
              } finally {
                handoff.rate().giveBack(batch.bytes - moved);
                turns.release();
              }
            });
  }

  /** Returns the bytes that moved. */
  private long settle(Batch batch) {
    OfferAnswer answer;
    try {
      answer = handoff.offer(batch.target, batch.blocks);
    } catch (ControlException e) {
      failing.add(batch.target.id());
      batch.blocks.forEach(block -> left(block, true, String.valueOf(e.getMessage())));
      return 0;
    }
    long moved = 0;
    for (int i = 0; i < batch.blocks.size(); i++) {
      OfferedBlock block = batch.blocks.get(i);
      settle(block, answer.outcomes().get(i), answer.reason());
      moved += answer.outcomes().get(i) == Outcome.MOVED ? block.length() : 0;
    }
    if (answer.outcomes().stream().noneMatch(Outcome::isThere)) {
      // It has no time, no buffers or another ring; at the next walk it may.
      failing.add(batch.target.id());
    }
    return moved;
  }

  private void settle(OfferedBlock block, Outcome outcome, String reason) {
    if (outcome.isThere()) {
      doneBytes.addAndGet(block.length());
      if (outcome == Outcome.MOVED) {
        movedBlocks.incrementAndGet();
        movedBytes.addAndGet(block.length());
      }
      handoff.given(block, outcome);
    } else if (handoff.isHere(block)) {
      left(block, outcome != Outcome.REFUSED, reason);
    }
  }

  private void left(OfferedBlock block, boolean isRetriable, String reason) {
    leftBlocks.incrementAndGet();
    leftBytes.addAndGet(block.length());
    if (isRetriable) {
      retriableBlocks.incrementAndGet();
      handoff.counters().failed();
    } else {
      handoff.counters().refused();
    }
    synchronized (leftSlots) {
      leftSlots.add(handoff.view().ring().slotOf(block.placementHash()));
    }
    explain(reason);
  }

  private void explain(String reason) {
    trouble = trouble.isEmpty() ? reason : trouble;
  }
}
