package io.blockring.mirror;

import io.blockring.client.ReadException;
import io.blockring.client.origin.Copies;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.OriginException;
import io.blockring.client.rate.TokenBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what a mirror's own bucket lacks, again and again: compares both buckets, then copies with
 * a few workers, one object each. What is there is passed over, so a run that was broken off, here
 * or on another node, goes on where it ended; two at once are harmless. Nothing is ever deleted.
 */
public final class Replicator implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Replicator.class);
  private static final int WORKERS = 2;
  private static final int QUEUE = 100;
  private static final Duration TOLD_EVERY = Duration.ofSeconds(2);
  private static final Duration TURN_CHECK = Duration.ofMillis(500);

  /**
   * What a replicator may take.
   *
   * @param bytesPerSecond stored at most, over all workers
   * @param interval between the end of a run and the next
   * @param settling before the first run: members find each other meanwhile
   * @param callTimeout of one question, or of one part's way
   */
  public record Limits(
      long bytesPerSecond, Duration interval, Duration settling, Duration callTimeout) {}

  private final String mount;
  private final SourceReads source;
  private final Copies own;
  private final Limits limits;
  private final BooleanSupplier isRunner;
  private final Consumer<MirrorReport> listener;
  private final TokenBucket rate;
  private final Comparison comparison;
  private final Progress progress;
  private final Thread thread;
  private volatile boolean isClosed;

  /**
   * @param mount for messages
   * @param own set up with waits for large requests; belongs to the replicator
   * @param isRunner whether this node is the one that copies now
   * @param listener told how far it is, at least with every change of state
   */
  public Replicator(
      String mount,
      String node,
      SourceReads source,
      Copies own,
      Limits limits,
      BooleanSupplier isRunner,
      Consumer<MirrorReport> listener,
      LongSupplier epochMillis) {
    this.mount = mount;
    this.source = source;
    this.own = own;
    this.limits = limits;
    this.isRunner = isRunner;
    this.listener = listener;
    this.rate = new TokenBucket(limits::bytesPerSecond, Duration.ZERO, System::nanoTime);
    this.comparison = new Comparison(source, own, limits.callTimeout().toNanos());
    this.progress = new Progress(node, epochMillis);
    this.thread = Thread.ofVirtual().name("mirror-" + mount).unstarted(this::runOn);
  }

  public void start() {
    thread.start();
  }

  /** How far this node's own runs are. */
  public MirrorReport report() {
    return progress.report();
  }

  private void runOn() {
    try {
      Thread.sleep(limits.settling());
      while (!isClosed) {
        if (isRunner.getAsBoolean()) {
          run();
          Thread.sleep(limits.interval());
        } else {
          Thread.sleep(TURN_CHECK);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  /** One comparison, and the copying of what it found. */
  void run() throws InterruptedException {
    try {
      progress.comparing();
      tell();
      comparison.walk(
          object -> {
            progress.lacks(object);
            return !isClosed;
          });
      progress.compared();
      if (progress.report().lagObjects() > 0) {
        progress.copying();
        tell();
        copyAll();
      }
      progress.waiting();
    } catch (OriginException e) {
      progress.unreachable(String.valueOf(e.getMessage()));
      log.warn("mirror of {}: {}; tried again in {}", mount, e.getMessage(), limits.interval());
    } catch (RuntimeException e) {
      progress.unreachable(e.toString());
      log.error("mirror of {}: a run broke; tried again in {}", mount, limits.interval(), e);
    }
    tell();
  }

  /** Walks again and hands what is missing to the workers, who keep the walk from running ahead. */
  private void copyAll() throws OriginException, InterruptedException {
    BlockingQueue<ListPage.Entry> queue = new ArrayBlockingQueue<>(QUEUE);
    AtomicBoolean isWalked = new AtomicBoolean();
    List<Thread> workers = new ArrayList<>();
    for (int i = 1; i <= WORKERS; i++) {
      workers.add(
          Thread.ofVirtual().name("mirror-" + mount + "-" + i).start(() -> work(queue, isWalked)));
    }
    Thread teller = Thread.ofVirtual().name("mirror-tell-" + mount).start(this::tellOn);
    try {
      comparison.walk(object -> offered(queue, object, workers));
      isWalked.set(true);
      for (Thread worker : workers) {
        worker.join();
      }
    } finally {
      isWalked.set(true);
      workers.forEach(Thread::interrupt);
      teller.interrupt();
    }
  }

  private boolean offered(
      BlockingQueue<ListPage.Entry> queue, ListPage.Entry object, List<Thread> workers)
      throws InterruptedException {
    while (!queue.offer(object, TURN_CHECK.toMillis(), TimeUnit.MILLISECONDS)) {
      if (isOver() || workers.stream().noneMatch(Thread::isAlive)) {
        return false;
      }
    }
    return !isOver();
  }

  /** Another node's turn begins between two objects. */
  private boolean isOver() {
    return isClosed || !isRunner.getAsBoolean();
  }

  private void work(BlockingQueue<ListPage.Entry> queue, AtomicBoolean isWalked) {
    CopyJob job = new CopyJob(source, own, rate, limits.callTimeout(), progress::stored);
    try {
      while (!isOver()) {
        boolean wasWalked = isWalked.get();
        ListPage.Entry object = queue.poll(TURN_CHECK.toMillis() / 10, TimeUnit.MILLISECONDS);
        if (object != null) {
          copy(job, object);
        } else if (wasWalked) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run ends early
    } catch (Error e) {
      // Out of memory, say: this worker ends, the rest is left to the other one and the next run.
      progress.failed("a worker broke: " + e);
      throw e;
    }
  }

  private void copy(CopyJob job, ListPage.Entry object) throws InterruptedException {
    try {
      long bytes = job.copy(object.name());
      progress.settled(object, bytes > 0 || object.size() == 0);
    } catch (ReadException | OriginException | CopyException e) {
      progress.failed(String.valueOf(e.getMessage()));
      log.debug("mirror of {}: {} is not copied now", mount, object.name(), e);
    } catch (RuntimeException e) {
      progress.failed(object.name() + ": " + e);
      log.error("mirror of {}: copying {} broke", mount, object.name(), e);
    }
  }

  private void tellOn() {
    try {
      while (true) {
        Thread.sleep(TOLD_EVERY);
        tell();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run ends
    }
  }

  private void tell() {
    listener.accept(progress.report());
  }

  @Override
  public void close() {
    isClosed = true;
    thread.interrupt();
    own.close();
  }
}
