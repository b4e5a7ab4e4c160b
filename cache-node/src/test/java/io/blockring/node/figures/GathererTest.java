package io.blockring.node.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlException;
import io.blockring.wire.v1.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class GathererTest {
  private static final Figures SOME = Figures.newBuilder().build();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private final CountDownLatch never = new CountDownLatch(1);

  private static Gatherer.Node node(String id, String absence) {
    return new Gatherer.Node(id, false, absence, new ControlAddress("127.0.0.1", 1));
  }

  /** Nodes called silent say nothing until the deadline, those called broken say that. */
  private Figures ask(Gatherer.Node node, Duration window, Duration deadline)
      throws ControlException {
    asked.incrementAndGet();
    mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
    try {
      if (node.id().startsWith("silent")
          && !never.await(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
        throw failure("no answer within " + deadline.toMillis() + " ms");
      }
      if (node.id().startsWith("broken")) {
        throw failure("refused");
      }
      return SOME;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("interrupted");
    } finally {
      atOnce.decrementAndGet();
    }
  }

  private static ControlException failure(String message) {
    return new ControlException(
        ControlException.Kind.UNAVAILABLE, message, new IllegalStateException(message));
  }

  @Test
  void names_those_that_are_away_silent_or_broken_and_keeps_the_others() throws Exception {
    Gatherer gatherer =
        new Gatherer(
            () ->
                List.of(
                    node("a", ""), node("silent", ""), node("gone", "gone"), node("broken", "")),
            this::ask);
    long begin = System.nanoTime();
    Gatherer.Gathered gathered = gatherer.recent();
    assertThat(gathered.byNode()).containsOnlyKeys("a");
    assertThat(gathered.unanswered())
        .extracting(Gatherer.Unanswered::node)
        .containsExactly("silent", "gone", "broken");
    assertThat(gathered.unanswered().get(0).reason()).startsWith("no answer within ");
    assertThat(gathered.unanswered().get(1).reason()).isEqualTo("gone");
    assertThat(gathered.unanswered().get(2).reason()).isEqualTo("refused");
    assertThat(asked).hasValue(3);
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
  }

  @Test
  void two_hundred_silent_nodes_cost_one_patience_and_not_two_hundred() throws Exception {
    List<Gatherer.Node> nodes = new ArrayList<>();
    IntStream.range(0, 200).forEach(i -> nodes.add(node("silent-" + i, "")));
    long begin = System.nanoTime();
    Gatherer.Gathered gathered = new Gatherer(() -> nodes, this::ask).recent();
    assertThat(gathered.unanswered()).hasSize(200);
    assertThat(mostAtOnce.get()).isLessThanOrEqualTo(32);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    assertThat(gathered.unanswered())
        .anySatisfy(last -> assertThat(last.reason()).startsWith("not asked"));
  }

  @Test
  void who_asks_while_others_ask_gets_the_same_answers() throws Exception {
    Gatherer gatherer = new Gatherer(() -> List.of(node("silent", "")), this::ask);
    List<Gatherer.Gathered> answers = new java.util.concurrent.CopyOnWriteArrayList<>();
    List<Thread> threads =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              try {
                                answers.add(gatherer.recent());
                              } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                              }
                            }))
            .toList();
    while (asked.get() == 0) {
      Thread.onSpinWait();
    }
    never.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(answers).hasSize(20);
    assertThat(asked).hasValue(1);
    assertThat(answers).allSatisfy(one -> assertThat(one).isSameAs(answers.getFirst()));
  }

  @Test
  void an_interrupt_ends_the_asking() throws Exception {
    Gatherer gatherer = new Gatherer(() -> List.of(node("silent", "")), this::ask);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> gatherer.gather(Gatherer.RECENT))
        .isInstanceOf(InterruptedException.class);
  }
}
