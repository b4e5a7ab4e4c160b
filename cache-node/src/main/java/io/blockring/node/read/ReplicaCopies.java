package io.blockring.node.read;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlException;
import io.blockring.client.cluster.FilledBlock;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the other members that keep a block copy it, once the first of them has filled it: each reads
 * it from here, after readers. What does not fit the queue, or fails, is copied when somebody reads
 * it there.
 */
public final class ReplicaCopies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaCopies.class);

  /** Blocks that wait: 4 GiB of 4 MiB. */
  private static final int MOST_WAITING = 1024;

  private static final int AT_ONCE = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * Asks a member to bring a block in, as {@link io.blockring.client.cluster.ControlClient#fill}.
   */
  @FunctionalInterface
  public interface Asking {
    void fill(
        ControlAddress node,
        Version version,
        List<Integer> blocks,
        ReadScope scope,
        Consumer<FilledBlock> onBlock)
        throws ControlException;
  }

  private record Copy(BlockRange block, Routes.Member to) {}

  private final MountTable mounts;
  private final Routes routes;
  private final Asking asking;
  private final BlockingQueue<Copy> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Semaphore turns = new Semaphore(AT_ONCE);
  private final LongAdder asked = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final Thread thread;

  public ReplicaCopies(MountTable mounts, Routes routes, Asking asking) {
    this.mounts = mounts;
    this.routes = routes;
    this.asking = asking;
    this.thread = Thread.ofVirtual().name("replica-copies").start(this::run);
  }

  /** A block came in here. */
  public void filled(BlockRange block, ByteBuffer bytes, Rung rung) {
    int replicas = mounts.of(block.version()).mount().replicas();
    if (replicas == 1) {
      return;
    }
    List<Routes.Member> line = routes.candidates(block.placementHash(), replicas);
    List<Routes.Member> keepers = line.subList(0, Math.min(replicas, line.size()));
    if (keepers.isEmpty() || !keepers.getFirst().isSelf()) {
      return;
    }
    for (Routes.Member keeper : keepers.subList(1, keepers.size())) {
      if (!waiting.offer(new Copy(block, keeper))) {
        dropped.increment();
      }
    }
  }

  /** Copies that members were asked to make. */
  public long asked() {
    return asked.sum();
  }

  /** Copies nobody was asked for, or that were refused: they are made when they are read. */
  public long dropped() {
    return dropped.sum();
  }

  private void run() {
    try {
      while (true) {
        Copy copy = waiting.take();
        turns.acquire();
        Thread.ofVirtual().name("copy-" + copy.to().id()).start(() -> ask(copy));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  private void ask(Copy copy) {
    ReadScope scope =
        new ReadScope(
            ReadScope.newTraceId(), TrafficClass.REPAIR, System.nanoTime() + PATIENCE.toNanos());
    asked.increment();
    try {
      asking.fill(
          new ControlAddress(copy.to().host(), copy.to().controlPort()),
          copy.block().version(),
          List.of(copy.block().blockIndex()),
          scope,
          filled -> {});
    } catch (ControlException e) {
      dropped.increment();
      LOG.debug("{} did not copy {}", copy.to().id(), copy.block(), e);
    } finally {
      turns.release();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
