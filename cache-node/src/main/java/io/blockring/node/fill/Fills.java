package io.blockring.node.fill;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.Climb;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginSource;
import io.blockring.node.blockport.Filling;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.Reservation;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * All fills of a node: at most one per block at a time, however many readers. Each runs on a
 * virtual thread of its own under the origin's deadline, not the reader's: a reader that gives up
 * does not stop what others wait for.
 *
 * <p>Bounded twice: by the byte budget, whose buffers fills arrive in, and by how many may wait for
 * one.
 */
public final class Fills {
  /**
   * Limits of filling.
   *
   * @param maxFills running and waiting together; one more is told to come back
   * @param bufferWait how long a fill waits for a buffer
   * @param deadline for all of one block
   */
  public record Limits(int maxFills, Duration bufferWait, Duration deadline) {}

  private final ByteBudget budget;
  private final BlockStore store;
  private final FillSources sources;
  private final Limits limits;
  private final FillCounters counters;
  private final ConcurrentMap<BlockKey, Fill> running = new ConcurrentHashMap<>();

  public Fills(
      ByteBudget budget,
      BlockStore store,
      FillSources sources,
      Limits limits,
      FillCounters counters) {
    this.budget = budget;
    this.store = store;
    this.sources = sources;
    this.limits = limits;
    this.counters = counters;
  }

  /** Joins the fill of a block or starts it. Returns at once. The caller closes what it gets. */
  public Filling fill(Version version, int blockIndex, ReadScope scope) {
    return follow(BlockRange.whole(version, blockIndex), scope);
  }

  /**
   * The fill of a block while it runs, or null. Never starts one. The caller closes what it gets.
   */
  public @Nullable Filling join(BlockKey key) {
    Fill fill = running.get(key);
    return fill == null ? null : fill.follow();
  }

  /** Brings a block in for its own sake; done when the store has it, or has refused it. */
  public CompletableFuture<FillEnd> bringIn(Version version, int blockIndex, ReadScope scope) {
    try (Fill.View view = follow(BlockRange.whole(version, blockIndex), scope)) {
      return view.end();
    }
  }

  /** A fill as a rung: brings the block in and streams the range as it arrives. */
  public BlockSource asSource() {
    return (range, sink, scope) -> {
      try (Fill.View view = follow(BlockRange.whole(range.version(), range.blockIndex()), scope)) {
        return view.arriving().copyTo(sink, range.offset(), range.length(), scope);
      }
    };
  }

  /**
   * Goes on with a body whose first bytes are a version's block 0: what a cold open has in hand.
   * Takes the body over.
   *
   * @param rung where it comes from
   */
  public void adopt(Version version, Origin.Body body, Rung rung, ReadScope scope) {
    BlockRange block = BlockRange.whole(version, 0);
    BlockSource open =
        (range, sink, fillScope) ->
            range.offset() == 0
                ? OriginSource.pour(body, range.length(), sink, rung)
                : new Answer.Failed("an open body cannot be read from the middle");
    Fill fill = new Fill(block);
    if (store.contains(block.key()) || running.putIfAbsent(block.key(), fill) != null) {
      body.close();
      return;
    }
    start(fill, open, body, scope);
  }

  /** Fills running or waiting for a buffer. */
  public int inFlight() {
    return running.size();
  }

  private Fill.View follow(BlockRange block, ReadScope scope) {
    while (true) {
      Fill known = running.get(block.key());
      Fill.View joined = known == null ? null : known.follow();
      if (joined != null) {
        counters.onFollowed();
        return joined;
      }
      if (known != null) {
        running.remove(block.key(), known); // It ended this very moment.
      }
      Fill fresh = new Fill(block);
      Fill.View view = Objects.requireNonNull(fresh.follow(), "its maker holds it");
      if (running.size() >= limits.maxFills()) {
        counters.onShed();
        Answer busy = tooMany();
        fresh.arriving().finish(busy);
        fresh.end().complete(new FillEnd(busy, false));
        fresh.letGo();
        return view;
      }
      if (running.putIfAbsent(block.key(), fresh) == null) {
        start(fresh, null, null, scope);
        return view;
      }
      view.close();
      fresh.letGo();
    }
  }

  private Answer tooMany() {
    return new Answer.Busy(
        running.size() + " fills in flight, limit " + limits.maxFills(), limits.bufferWait());
  }

  private void start(
      Fill fill, @Nullable BlockSource first, Origin.@Nullable Body owned, ReadScope scope) {
    ReadScope own =
        new ReadScope(
            scope.traceId(), scope.trafficClass(), System.nanoTime() + limits.deadline().toNanos());
    Thread.ofVirtual()
        .name("fill-" + scope.traceId())
        .start(
            () -> {
              try (owned) {
                run(fill, first, own);
              }
            });
  }

  private void run(Fill fill, @Nullable BlockSource first, ReadScope scope) {
    Reservation reservation = null;
    Answer answer = new Answer.Failed("the filler of " + fill.block() + " broke");
    try {
      ByteBudget.Loan loan = budget.borrow(limits.bufferWait().toMillis());
      if (loan == null) {
        counters.onShed();
        answer =
            new Answer.Busy("no buffer free within " + limits.bufferWait(), limits.bufferWait());
        return;
      }
      fill.begin(loan);
      answer = climb(fill, first, scope);
      if (answer instanceof Answer.Complete && fill.arriving().rung() != Rung.SSD) {
        reservation = store.reserve(fill.block().key(), fill.block().length());
      }
    } finally {
      count(fill, answer, scope);
      fill.arriving().finish(answer);
      keep(fill, answer, reservation);
    }
  }

  /** Where a fill looks, in order. */
  private Answer climb(Fill fill, @Nullable BlockSource first, ReadScope scope) {
    BlockRange block = fill.block();
    Climb climb = new Climb(block, fill.arriving(), scope);
    try {
      if (first != null && climb.settles("open body", first)) {
        return climb.answer();
      }
      for (FillSources.Named source : sources.of(block)) {
        if (climb.settles(source.name(), source.source())) {
          break;
        }
      }
      return climb.answer();
    } catch (IOException e) {
      throw new IllegalStateException("an arriving block never refuses bytes", e);
    }
  }

  private void count(Fill fill, Answer answer, ReadScope scope) {
    counters.onFetched(fill.arriving().rung(), scope.trafficClass(), fill.arriving().available());
    switch (answer) {
      case Answer.Complete complete -> counters.onCompleted();
      case Answer.Changed changed -> counters.onChanged();
      case Answer.Absent absent -> counters.onFailed();
      case Answer.Failed failed -> counters.onFailed();
      case Answer.Busy busy -> counters.onFailed();
      case Answer.OriginTrouble trouble -> counters.onFailed();
    }
  }

  /**
   * Hands the block to the store; until that is done the fill is found by its key, so nobody
   * fetches it again.
   */
  private void keep(Fill fill, Answer answer, @Nullable Reservation reservation) {
    if (reservation == null) {
      if (answer instanceof Answer.Complete && fill.arriving().rung() != Rung.SSD) {
        counters.onUnstored();
      }
      end(fill, answer);
      return;
    }
    reservation
        .commit(fill.arriving().bytes(0, fill.block().length()))
        .whenComplete(
            (isKept, error) -> {
              if (error != null || !isKept) {
                counters.onUnstored();
              }
              reservation.close();
              end(fill, answer);
            });
  }

  private void end(Fill fill, Answer answer) {
    running.remove(fill.block().key(), fill);
    fill.end().complete(new FillEnd(answer, store.contains(fill.block().key())));
    fill.letGo();
  }
}
