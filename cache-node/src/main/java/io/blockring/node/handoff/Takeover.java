package io.blockring.node.handoff;

import io.blockring.client.cluster.OfferAnswer;
import io.blockring.client.cluster.OfferAnswer.Outcome;
import io.blockring.client.cluster.OfferedBlock;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.MountId;
import io.blockring.node.host.HostPressure;
import io.blockring.node.membership.ClusterView;
import io.blockring.node.membership.Member;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.KeepAction;
import io.blockring.node.store.Reservation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes blocks over that their holders offer: what this node shall have and lacks it reads from the
 * holder's block port, and keeps under the same key. Asks nobody else, so nothing loops, and gives
 * way to readers. Safe for many threads; calls block.
 */
public final class Takeover {
  /** Of one offer. */
  static final int MOST_BLOCKS = 256;

  /** Offers that are worked on at once; others wait for their turn. */
  private static final int AT_ONCE = 8;

  private static final long BUFFER_PAUSE_MILLIS = 10;

  /** Reads a block from whoever holds it. */
  @FunctionalInterface
  public interface HeldReads {
    /** Reads all of a block, as {@link io.blockring.client.peer.PeerClient#readHeld}. */
    Answer read(Routes.Member holder, BlockKey key, int length, ByteSink sink, ReadScope scope)
        throws IOException;
  }

  /** Lets readers go first; returns when a block may come in. */
  @FunctionalInterface
  public interface Turn {
    void await(Supplier<TrafficClass> forWhom) throws InterruptedException;
  }

  private final Supplier<ClusterView> view;
  private final BlockStore store;
  private final LongFunction<@Nullable MountId> mounts;
  private final HeldReads holders;
  private final ByteBudget budget;
  private final Turn line;
  private final HostPressure pressure;
  private final HandoffCounters counters;
  private final Duration patience;
  private final Semaphore turns = new Semaphore(AT_ONCE, true);

  /**
   * @param mounts this node's by the first 8 bytes of their ids; null when there is none
   * @param line what bytes come in by
   * @param patience for one offer; less than its holder has
   */
  public Takeover(
      Supplier<ClusterView> view,
      BlockStore store,
      LongFunction<@Nullable MountId> mounts,
      HeldReads holders,
      ByteBudget budget,
      Turn line,
      HostPressure pressure,
      HandoffCounters counters,
      Duration patience) {
    this.view = view;
    this.store = store;
    this.mounts = mounts;
    this.holders = holders;
    this.budget = budget;
    this.line = line;
    this.pressure = pressure;
    this.counters = counters;
    this.patience = patience;
  }

  /**
   * Takes what of these this node shall have and lacks.
   *
   * @throws IllegalArgumentException when there are too many, or nobody knows who offers them
   */
  public OfferAnswer take(String fromMember, List<OfferedBlock> blocks) {
    if (blocks.size() > MOST_BLOCKS) {
      throw new IllegalArgumentException(
          blocks.size() + " blocks in one offer, at most " + MOST_BLOCKS);
    }
    Routes.Member holder =
        view.get()
            .member(fromMember)
            .filter(Member::isAsked)
            .orElseThrow(
                () -> new IllegalArgumentException("no member '" + fromMember + "' to take from"))
            .route();
    Offer offer = new Offer(holder);
    try {
      offer.take(blocks);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return offer.answer(blocks.size());
  }

  /** One offer while it is worked on. */
  private final class Offer {
    private final Routes.Member holder;
    private final ReadScope scope =
        new ReadScope(
            ReadScope.newTraceId(), TrafficClass.REPAIR, System.nanoTime() + patience.toNanos());
    private final List<Outcome> outcomes = new ArrayList<>();
    private String reason = "";

    Offer(Routes.Member holder) {
      this.holder = holder;
    }

    OfferAnswer answer(int blocks) {
      while (outcomes.size() < blocks) {
        outcomes.add(no(Outcome.FAILED, "no time was left for it"));
      }
      return new OfferAnswer(outcomes, reason);
    }

    void take(List<OfferedBlock> blocks) throws InterruptedException {
      if (!turns.tryAcquire(scope.remainingMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      try {
        for (OfferedBlock block : blocks) {
          if (scope.isExpired()) {
            return;
          }
          outcomes.add(take(block));
        }
      } finally {
        turns.release();
      }
    }

    private Outcome take(OfferedBlock block) throws InterruptedException {
      if (!Targets.isOwn(view.get(), block.placementHash())) {
        return no(
            Outcome.NOT_MINE,
            "block " + block.key() + ": by this node's ring it has another owner");
      }
      MountId mount = mounts.apply(block.mount());
      if (mount == null) {
        return no(Outcome.REFUSED, "block " + block.key() + " is of a mount that is not here");
      }
      Outcome outcome = store.contains(block.key()) ? Outcome.HAD : move(block, mount);
      return outcome.isThere() && block.isPinned() ? pin(block, mount, outcome) : outcome;
    }

    private Outcome pin(OfferedBlock block, MountId mount, Outcome outcome) {
      var pinned = store.keep(KeepAction.PIN, block.key(), mount);
      return pinned.done() > 0 ? outcome : no(Outcome.REFUSED, pinned.reason());
    }

    private Outcome move(OfferedBlock block, MountId mount) throws InterruptedException {
      pressure.giveWay();
      line.await(scope::trafficClass);
      try (ByteBudget.Loan loan = borrow()) {
        if (loan == null) {
          return no(Outcome.FAILED, "no buffer was free");
        }
        if (block.length() > loan.buffer().capacity()) {
          return no(Outcome.REFUSED, "block " + block.key() + " is larger than any here");
        }
        Reservation room = store.reserve(block.key(), mount, block.placementHash(), block.length());
        if (room == null) {
          return store.contains(block.key())
              ? Outcome.HAD
              : no(Outcome.REFUSED, "block " + block.key() + ": the store takes none now");
        }
        try (room) {
          return read(block, loan.buffer().clear().limit(block.length()), room);
        }
      }
    }

    /** Never the last quarter of the buffers: those are for readers. */
    private ByteBudget.@Nullable Loan borrow() throws InterruptedException {
      ByteBudget.Loan loan = budget.borrowIfQuiet();
      while (loan == null && !scope.isExpired()) {
        TimeUnit.MILLISECONDS.sleep(BUFFER_PAUSE_MILLIS);
        loan = budget.borrowIfQuiet();
      }
      return loan;
    }

    private Outcome read(OfferedBlock block, ByteBuffer buffer, Reservation room) {
      Answer answer;
      try {
        answer = holders.read(holder, block.key(), block.length(), new Into(buffer), scope);
      } catch (IOException e) {
        throw new IllegalStateException("a buffer never refuses bytes", e);
      }
      if (!(answer instanceof Answer.Complete)) {
        return no(Outcome.FAILED, answer.toString());
      }
      // Waited for without end, as fills do: the buffer is the store's until then.
      if (!room.commit(buffer.flip()).join()) {
        return no(Outcome.REFUSED, "block " + block.key() + ": the store did not keep it");
      }
      counters.taken(block.length());
      return Outcome.MOVED;
    }

    private Outcome no(Outcome outcome, String why) {
      reason = reason.isEmpty() ? why : reason;
      return outcome;
    }
  }

  private record Into(ByteBuffer target) implements ByteSink {
    @Override
    public ByteBuffer claim(int maxBytes) {
      return target.slice(target.position(), Math.min(maxBytes, target.remaining()));
    }

    @Override
    public void commit(int bytes, Rung rung) {
      target.position(target.position() + bytes);
    }
  }
}
