package io.blockring.warmup;

import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.Version;
import io.blockring.warmup.WarmupPlanner.Batch;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Asks the owners of an object's missing blocks once, each owner on a lane of its own. What comes
 * back is entered as it comes: takes blocks out of the missing ones and into the tally.
 */
final class FillRound {
  private final Tally tally;
  private final Version version;
  private final boolean isFirst;
  private final Totals totals;
  // All below: changed by the lanes within Totals.update, read when they are joined.
  private final BitSet missing;
  private String noSpace = "";
  private String failure = "";
  private long retryAfterNanos;
  private volatile boolean isChanged;

  /**
   * @param missing blocks to ask for; what is answered well is cleared
   * @param isFirst these blocks were never asked for: what is there was there before
   */
  FillRound(Tally tally, Version version, BitSet missing, boolean isFirst, Totals totals) {
    this.tally = tally;
    this.version = version;
    this.missing = missing;
    this.isFirst = isFirst;
    this.totals = totals;
  }

  boolean isChanged() {
    return isChanged;
  }

  /** Empty when there was space for all. */
  String noSpace() {
    return noSpace;
  }

  /** The last reason heard. */
  String failure() {
    return failure;
  }

  long retryAfterNanos() {
    return retryAfterNanos;
  }

  void run(
      WarmupCluster cluster, InFlightBudget budget, WarmupLimits limits, Supplier<ReadScope> scope)
      throws InterruptedException {
    Map<String, List<Batch>> plan =
        WarmupPlanner.plan(
            version,
            missing,
            block -> cluster.owner(version, block),
            Math.min(limits.blocksPerFill(), limits.blocksInFlight()),
            limits.bytesInFlight());
    if (plan.size() == 1) {
      lane(plan.values().iterator().next(), cluster, budget, scope);
      return;
    }
    try (ExecutorService lanes =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("warm-up-lane").factory())) {
      for (List<Batch> batches : plan.values()) {
        lanes.execute(
            () -> {
              try {
                lane(batches, cluster, budget, scope);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the lane ends; the round sees it itself
              } catch (RuntimeException e) {
                failed(e.toString(), 0);
              }
            });
      }
    } // joins the lanes; when interrupted it interrupts them
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private void lane(
      List<Batch> batches, WarmupCluster cluster, InFlightBudget budget, Supplier<ReadScope> scope)
      throws InterruptedException {
    for (Batch batch : batches) {
      if (isChanged) {
        return;
      }
      budget.acquire(batch);
      try {
        enter(batch, cluster.fill(batch.owner(), version, batch.blocks(), scope.get()));
      } catch (ReadException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (e.kind() == ReadException.Kind.CHANGED) {
          isChanged = true;
        }
        failed(batch.owner() + ": " + e.getMessage(), e.retryAfter().toNanos());
      } finally {
        budget.release(batch);
      }
    }
  }

  private void enter(Batch batch, List<FillResult> results) {
    totals.update(
        tally,
        () -> {
          Set<Integer> unanswered = new HashSet<>(batch.blocks());
          for (FillResult result : results) {
            if (unanswered.remove(result.block())) {
              enter(batch.owner(), result);
            }
          }
          if (!unanswered.isEmpty() && !isChanged) {
            failure = batch.owner() + ": no result for " + unanswered.size() + " blocks";
          }
        });
  }

  private void enter(String owner, FillResult result) {
    int block = result.block();
    switch (result.outcome()) {
      case RESIDENT_BEFORE -> {
        missing.clear(block);
        (isFirst ? tally.residentBefore : tally.fetched).set(block);
      }
      case FETCHED -> {
        missing.clear(block);
        tally.fetched.set(block);
      }
      case CHANGED -> isChanged = true;
      case NO_SPACE -> {
        missing.clear(block);
        tally.failed.set(block);
        noSpace = owner + " has no space for block " + block + ": " + result.reason();
      }
      case FAILED -> failure = owner + ": block " + block + ": " + result.reason();
    }
  }

  private void failed(String reason, long waitNanos) {
    totals.update(
        tally,
        () -> {
          failure = reason;
          retryAfterNanos = Math.max(retryAfterNanos, waitNanos);
        });
  }
}
