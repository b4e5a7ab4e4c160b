package io.blockring.node.figures;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlException;
import io.blockring.wire.v1.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks every node for its figures. A node that does not answer is named, and never waited for
 * longer than {@link #PATIENCE}. Whoever asks while others ask gets the same answers. Safe for many
 * threads.
 */
public final class Gatherer {
  /** For all answers together. */
  public static final Duration PATIENCE = Duration.ofSeconds(1);

  /** What {@link #recent} asks for. */
  public static final Duration RECENT = Duration.ofSeconds(30);

  /** Answers up to this old are given again. */
  static final Duration SHARED_FOR = Duration.ofMillis(500);

  private static final int AT_ONCE = 32;

  /**
   * A member of the cluster.
   *
   * @param absence why there is no use in asking it, like {@code away}; empty when there is
   */
  public record Node(String id, boolean isSelf, String absence, ControlAddress address) {}

  /** Who did not say, and why. */
  public record Unanswered(String node, String reason) {}

  /**
   * What the nodes said.
   *
   * @param epochMillis wall clock, to which ages in the answers refer
   * @param byNode of those that answered, by id
   */
  public record Gathered(
      long epochMillis, Map<String, Figures> byNode, List<Unanswered> unanswered) {}

  /** Asks one node, this one too. */
  @FunctionalInterface
  public interface Question {
    Figures ask(Node node, Duration window, Duration deadline) throws ControlException;
  }

  private record Answer(String node, @Nullable Figures figures, String reason) {}

  private final Supplier<List<Node>> nodes;
  private final Question question;
  private final ReentrantLock recentLock = new ReentrantLock();
  // Both guarded by recentLock.
  private @Nullable Gathered recent;
  private long recentNanos;

  public Gatherer(Supplier<List<Node>> nodes, Question question) {
    this.nodes = nodes;
    this.question = question;
  }

  /** Figures of now and of the last {@link #RECENT}, at most {@link #SHARED_FOR} old. */
  public Gathered recent() throws InterruptedException {
    recentLock.lockInterruptibly();
    try {
      Gathered last = recent;
      if (last == null || System.nanoTime() - recentNanos > SHARED_FOR.toNanos()) {
        last = gather(RECENT);
        recent = last;
        recentNanos = System.nanoTime();
      }
      return last;
    } finally {
      recentLock.unlock();
    }
  }

  /** Figures of a longer time. */
  public Gathered gather(Duration window) throws InterruptedException {
    long epochMillis = System.currentTimeMillis();
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    Semaphore turns = new Semaphore(AT_ONCE);
    List<Future<Answer>> asked = new ArrayList<>();
    Map<String, Figures> byNode = new TreeMap<>();
    List<Unanswered> unanswered = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Node node : nodes.get()) {
        asked.add(threads.submit(() -> answer(node, window, deadlineNanos, turns)));
      }
      for (Future<Answer> future : asked) {
        Answer answer = of(future);
        if (answer.figures() == null) {
          unanswered.add(new Unanswered(answer.node(), answer.reason()));
        } else {
          byNode.put(answer.node(), answer.figures());
        }
      }
    }
    return new Gathered(epochMillis, byNode, unanswered);
  }

  private Answer answer(Node node, Duration window, long deadlineNanos, Semaphore turns)
      throws InterruptedException {
    if (!node.absence().isEmpty()) {
      return new Answer(node.id(), null, node.absence());
    }
    if (!turns.tryAcquire(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      return new Answer(
          node.id(), null, "not asked: others took all " + PATIENCE.toMillis() + " ms");
    }
    try {
      Duration left = Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
      return new Answer(node.id(), question.ask(node, window, left), "");
    } catch (ControlException e) {
      return new Answer(node.id(), null, String.valueOf(e.getMessage()));
    } finally {
      turns.release();
    }
  }

  private static Answer of(Future<Answer> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InterruptedException) {
        throw new InterruptedException("interrupted while nodes were asked");
      }
      throw new IllegalStateException("asking a node failed", e.getCause());
    }
  }
}
