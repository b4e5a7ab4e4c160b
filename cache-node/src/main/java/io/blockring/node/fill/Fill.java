package io.blockring.node.fill;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ArrivingBlock;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.peer.BlockWire;
import io.blockring.node.blockport.Filling;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One block on its way in. The filler and every follower hold it; its buffer goes back when the
 * last lets go.
 */
final class Fill {
  private final BlockRange block;
  private final ArrivingBlock arriving;
  private final Executor afterLag;
  private final AtomicInteger holders = new AtomicInteger(1);
  private final CompletableFuture<FillEnd> end = new CompletableFuture<>();
  private final AtomicReference<TrafficClass> trafficClass;
  private final BlockWire.Asker asker;
  private volatile ByteBudget.@Nullable Loan loan;
  private volatile boolean mayAskMember;
  // Written by the filling thread alone.
  private volatile boolean cameFromMember;
  private volatile boolean cameFromElsewhere;

  /**
   * The maker is its first holder.
   *
   * @param first the byte that arrives first
   * @param begunFor whom
   * @param asker who wanted it first
   * @param mayAskMember whether another member is among its sources
   * @param lag how far behind the end of the fill a follower may read from its buffer
   */
  Fill(
      BlockRange wholeBlock,
      int first,
      TrafficClass begunFor,
      BlockWire.Asker asker,
      boolean mayAskMember,
      Duration lag) {
    this.asker = asker;
    this.mayAskMember = mayAskMember;
    this.block = wholeBlock;
    this.trafficClass = new AtomicReference<>(begunFor);
    this.arriving = new ArrivingBlock(wholeBlock.length(), first);
    this.afterLag =
        CompletableFuture.delayedExecutor(lag.toNanos(), TimeUnit.NANOSECONDS, Runnable::run);
  }

  BlockRange block() {
    return block;
  }

  ArrivingBlock arriving() {
    return arriving;
  }

  /** For the most important of all who wait for it. */
  TrafficClass trafficClass() {
    return trafficClass.get();
  }

  /** Somebody else waits for it too: what it still asks for, it asks for that one's sake. */
  void servesToo(TrafficClass other) {
    trafficClass.accumulateAndGet(other, TrafficClass::before);
  }

  /** Who wanted it first. */
  BlockWire.Asker asker() {
    return asker;
  }

  /** Whether it waits, or will, for a member that may be waiting for this one. */
  boolean mayAskMember() {
    return mayAskMember;
  }

  /** Whether a member is still among those that it will ask. */
  void mayAskMember(boolean isYetToCome) {
    mayAskMember = isYetToCome;
  }

  /** A source brought bytes in. A member has counted and told where it got them. */
  void brought(boolean isMember) {
    cameFromMember |= isMember;
    cameFromElsewhere |= !isMember;
  }

  /** The deepest rung that this node itself went to. */
  Rung ownRung() {
    return cameFromMember && !cameFromElsewhere ? Rung.PEER : arriving.rung();
  }

  /** Done when the block has arrived, or not, and the store has taken it, or not. */
  CompletableFuture<FillEnd> end() {
    return end;
  }

  /** Gives it the buffer it will arrive in. */
  void begin(ByteBudget.Loan borrowed) {
    loan = borrowed;
    arriving.begin(borrowed.buffer());
  }

  /** One more holder's view, or null when the last has let go and the bytes may be gone. */
  @Nullable View follow() {
    int now = holders.get();
    while (now > 0) {
      if (holders.compareAndSet(now, now + 1)) {
        return new View();
      }
      now = holders.get();
    }
    return null;
  }

  void letGo() {
    if (holders.decrementAndGet() == 0) {
      ByteBudget.Loan borrowed = loan;
      if (borrowed != null) {
        borrowed.close();
      }
    }
  }

  /** A follower's hold. */
  final class View implements Filling {
    private final List<Runnable> mine = new CopyOnWriteArrayList<>();
    // Guarded by this: nobody copies from a buffer that was given back.
    private boolean isClosed;

    private View() {}

    /** See {@link Fill#end}. */
    CompletableFuture<FillEnd> end() {
      return end;
    }

    /** For followers in this process that wait on their own thread. */
    ArrivingBlock arriving() {
      return arriving;
    }

    @Override
    public int length() {
      return arriving.length();
    }

    @Override
    public int availableFrom(int offset) {
      return arriving.availableFrom(offset);
    }

    @Override
    public Rung rung() {
      return arriving.rung();
    }

    @Override
    public @Nullable Answer outcome() {
      return arriving.outcome();
    }

    @Override
    public synchronized boolean read(int offset, ByteBuffer target) {
      if (isClosed) {
        return false;
      }
      target.put(arriving.bytes(offset, target.remaining()));
      return true;
    }

    @Override
    public void leaveToSlot() {
      end.thenAccept(
          ended -> {
            if (ended.isResident()) {
              afterLag.execute(this::close);
            }
          });
    }

    @Override
    public void onProgress(Runnable listener) {
      mine.add(listener);
      arriving.onProgress(listener);
    }

    @Override
    public synchronized void close() {
      if (!isClosed) {
        isClosed = true;
        mine.forEach(arriving::removeListener);
        letGo();
      }
    }
  }
}
