package io.blockring.node.fill;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.Climb;
import io.blockring.client.ladder.CountedSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginSource;
import io.blockring.client.peer.BlockWire;
import io.blockring.node.blockport.Filling;
import io.blockring.node.fill.FillSources.Named;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.Reservation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
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
   * @param lag how long after its end a follower may still read from a fill's buffer when it can
   *     read from the slot as well
   */
  public record Limits(int maxFills, Duration bufferWait, Duration deadline, Duration lag) {}

  /**
   * A read that begins this far into a block does not wait for the bytes before it: the block then
   * comes in two requests, from there to its end, and the front.
   */
  static final int MID_BLOCK_BYTES = 512 * 1024;

  private final ByteBudget budget;
  private final BlockStore store;
  private final FillSources sources;
  private final Limits limits;
  private final FillCounters counters;
  private final FirstReads firstReads = new FirstReads(System::nanoTime);
  private volatile Filled filled = (block, bytes, rung) -> {};
  private volatile Precedence precedence = forWhom -> {};
  private final ConcurrentMap<BlockKey, Fill> running = new ConcurrentHashMap<>();

  /** Is told of every block that came in whole, before it is stored. Must return soon. */
  @FunctionalInterface
  public interface Filled {
    /**
     * A block is in.
     *
     * @param bytes of the whole block; not to be used after the return
     * @param rung the deepest that any of them came from
     */
    void block(BlockRange block, ByteBuffer bytes, Rung rung);
  }

  /** Holds a fill up while what is more important goes first. Many threads at once. */
  @FunctionalInterface
  public interface Precedence {
    /**
     * Returns soon for readers, and when one joins.
     *
     * @param forWhom the block comes, at the moment
     */
    void await(Supplier<TrafficClass> forWhom) throws InterruptedException;
  }

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

  /** Joins the fill of a block or starts it, for a reader. The caller closes what it gets. */
  public Filling fill(BlockRange wanted, ReadScope scope) {
    return follow(wanted, scope, BlockWire.Asker.READER);
  }

  /**
   * Joins the fill of a block or starts it. Returns at once. The caller closes what it gets.
   *
   * @param wanted what of it is read first
   * @return null for a filler while the running fill may ask another member
   */
  public @Nullable Filling fill(BlockRange wanted, ReadScope scope, BlockWire.Asker asker) {
    Fill known = asker == BlockWire.Asker.FILLER ? running.get(wanted.key()) : null;
    return known != null && known.mayAskMember() ? null : follow(wanted, scope, asker);
  }

  /**
   * The fill of a block while it runs, or null, also while it may ask another member, who may be
   * the one that looks here. Never starts one. The caller closes what it gets.
   */
  public @Nullable Filling join(BlockKey key) {
    Fill fill = running.get(key);
    return fill == null || fill.mayAskMember() ? null : fill.follow();
  }

  /** Brings a block in for its own sake; done when the store has it, or has refused it. */
  public CompletableFuture<FillEnd> bringIn(Version version, int blockIndex, ReadScope scope) {
    try (Fill.View view =
        follow(BlockRange.whole(version, blockIndex), scope, BlockWire.Asker.READER)) {
      return view.end();
    }
  }

  /**
   * A fill as a rung: brings the block in and streams the range as it arrives; to a reader who
   * lags, the rest from the slot.
   *
   * @param slot this node's own SSD
   */
  public BlockSource asSource(BlockSource slot) {
    return (range, sink, scope) -> {
      CountedSink counted = new CountedSink(sink);
      Answer answer = stream(range, counted, scope);
      if (answer instanceof Answer.Absent) {
        answer = slot.read(range.after((int) counted.delivered()), counted, scope);
        if (answer instanceof Answer.Absent) { // Evicted meanwhile.
          answer = stream(range.after((int) counted.delivered()), counted, scope);
        }
      }
      return answer;
    };
  }

  /** Absent when the reader lagged so far that the rest is to be read from the slot. */
  private Answer stream(BlockRange range, ByteSink sink, ReadScope scope) throws IOException {
    try (Fill.View view = follow(range, scope, BlockWire.Asker.READER)) {
      view.leaveToSlot();
      int end = range.offset() + range.length();
      for (int at = range.offset(); at < end; ) {
        int there = Math.min(end, view.arriving().awaitBeyond(at, scope));
        if (there <= at) {
          return view.arriving().whyNoMore(at);
        }
        // A slow reader waits here, and may find the bytes gone.
        ByteBuffer room = sink.claim(there - at);
        int step = Math.min(room.remaining(), there - at);
        if (!view.read(at, room.slice(room.position(), step))) {
          return new Answer.Absent("left to its slot at byte " + at);
        }
        sink.commit(step, view.rung());
        at += step;
      }
      return new Answer.Complete();
    }
  }

  /**
   * What the next reader of a resident block is told: once {@link Rung#ORIGIN} or deeper for a
   * block that came with an open, else {@link Rung#SSD}.
   */
  public Rung rungOfResident(BlockKey key) {
    Rung first = firstReads.take(key);
    return first == null ? Rung.SSD : first;
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
    Fill fill =
        new Fill(block, 0, scope.trafficClass(), BlockWire.Asker.READER, false, limits.lag());
    if (store.contains(block.key()) || running.putIfAbsent(block.key(), fill) != null) {
      body.close();
      return;
    }
    // What a warm-up opened is there before any reader: to them it is a hit.
    if (scope.trafficClass() == TrafficClass.READ) {
      firstReads.expect(block.key(), rung);
    }
    start(fill, open, body, scope);
  }

  /** Names one more who is told of blocks that came in; before the first fill. */
  public void tell(Filled told) {
    Filled before = filled;
    filled =
        (block, bytes, rung) -> {
          before.block(block, bytes, rung);
          told.block(block, bytes.duplicate(), rung);
        };
  }

  /** Names what fills give way to; nothing was before. */
  public void giveWay(Precedence others) {
    precedence = others;
  }

  /** Fills running or waiting for a buffer. */
  public int inFlight() {
    return running.size();
  }

  private Fill.View follow(BlockRange wanted, ReadScope scope, BlockWire.Asker asker) {
    BlockRange block = BlockRange.whole(wanted.version(), wanted.blockIndex());
    int first = wanted.offset() < MID_BLOCK_BYTES ? 0 : wanted.wholeCells().offset();
    while (true) {
      Fill known = running.get(block.key());
      Fill.View joined = known == null ? null : known.follow();
      if (known != null && joined != null) {
        known.servesToo(scope.trafficClass());
        firstReads.take(block.key());
        counters.onFollowed();
        return joined;
      }
      if (known != null) {
        running.remove(block.key(), known); // It ended this very moment.
      }
      Fill fresh =
          new Fill(
              block, first, scope.trafficClass(), asker, asksMember(block, asker), limits.lag());
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
            scope.traceId(), fill::trafficClass, System.nanoTime() + limits.deadline().toNanos());
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
      precedence.await(scope.forWhom()); // Before it holds a buffer that a reader could use.
      ByteBudget.Loan loan = budget.borrow(limits.bufferWait().toMillis());
      if (loan == null) {
        counters.onShed();
        answer =
            new Answer.Busy("no buffer free within " + limits.bufferWait(), limits.bufferWait());
        return;
      }
      fill.begin(loan);
      // Before the first byte is asked for: what the store will not take is not waited for later.
      reservation =
          store.reserve(
              fill.block().key(),
              fill.block().version().name().mount(),
              fill.block().placementHash(),
              fill.block().length());
      answer = bring(fill, first, scope);
      fill.mayAskMember(
          false); // Also when a member had it: who waits from now on waits for the store.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer = new Answer.Failed("interrupted while others went first");
    } finally {
      count(fill, answer, scope);
      fill.arriving().finish(answer);
      try {
        tellOf(fill, answer);
      } finally {
        keep(fill, answer, reservation);
      }
    }
  }

  private void tellOf(Fill fill, Answer answer) {
    if (answer instanceof Answer.Complete) {
      filled.block(fill.block(), fill.arriving().bytes(0, fill.block().length()), fill.ownRung());
    }
  }

  /** In the order in which the block arrives. */
  private Answer bring(Fill fill, @Nullable BlockSource open, ReadScope scope) {
    BlockRange block = fill.block();
    int first = fill.arriving().first();
    if (first == 0) {
      return climb(block, fill, open, scope);
    }
    counters.onMidBlock();
    Answer answer = climb(block.after(first), fill, open, scope);
    return answer instanceof Answer.Complete
        ? climb(new BlockRange(block.version(), block.blockIndex(), 0, first), fill, open, scope)
        : answer;
  }

  /** Where a fill looks, in order. */
  private Answer climb(BlockRange part, Fill fill, @Nullable BlockSource first, ReadScope scope) {
    Climb climb = new Climb(part, fill.arriving(), scope);
    try {
      if (first != null && climb.settles("open body", first)) {
        return climb.answer();
      }
      List<Named> line = sources.of(part, fill.asker());
      for (int i = 0; i < line.size(); i++) {
        Named source = line.get(i);
        // Two members must not wait for one another: while this fill may yet ask one, no other
        // member gets to wait for it.
        fill.mayAskMember(line.subList(i, line.size()).stream().anyMatch(Named::isMember));
        if (settles(climb, source, fill)) {
          break;
        }
      }
      return climb.answer();
    } catch (IOException e) {
      throw new IllegalStateException("an arriving block never refuses bytes", e);
    }
  }

  private boolean asksMember(BlockRange block, BlockWire.Asker asker) {
    return sources.of(block, asker).stream().anyMatch(Named::isMember);
  }

  private static boolean settles(Climb climb, Named source, Fill fill) throws IOException {
    int before = fill.arriving().arrived();
    try {
      return climb.settles(source.name(), source.source());
    } finally {
      if (fill.arriving().arrived() > before) {
        fill.brought(source.isMember());
      }
    }
  }

  private void count(Fill fill, Answer answer, ReadScope scope) {
    counters.onFetched(fill.ownRung(), scope.trafficClass(), fill.arriving().arrived());
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
    boolean isWorthKeeping =
        answer instanceof Answer.Complete && fill.arriving().rung() != Rung.SSD;
    if (reservation == null || !isWorthKeeping) {
      if (isWorthKeeping) {
        counters.onUnstored();
      }
      if (reservation != null) {
        reservation.close();
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
