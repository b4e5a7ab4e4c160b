package io.blockring.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StandInTest {
  private final AtomicLong clock = new AtomicLong();
  private final FakeBucket bucket = new FakeBucket();
  private final SourceRegion source =
      new SourceRegion(
          bucket.source(),
          new Breaker(Duration.ofSeconds(2), Duration.ofSeconds(30), clock::get),
          Duration.ofSeconds(5),
          clock::get);
  private final StandIn standIn = new StandIn(source, null, Duration.ofHours(1));

  @Test
  void stands_in_for_a_source_that_does_not_answer_until_the_limit() throws Exception {
    bucket.put("k", new byte[1]);
    pass(Duration.ofHours(2));
    source.head("k", deadline());
    assertThat(standIn.isSourceDown()).isFalse();

    bucket.broken = Kind.UNAVAILABLE;
    assertRefused(Kind.UNAVAILABLE);
    assertThat(standIn.isSourceDown()).isTrue();
    pass(Duration.ofMinutes(60));
    assertThat(standIn.mayAnswer(Kind.UNAVAILABLE)).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(standIn.mayAnswer(Kind.UNAVAILABLE)).isFalse();

    bucket.broken = null;
    source.head("k", deadline());
    assertThat(standIn.isSourceDown()).isFalse();
    assertThat(standIn.mayAnswer(Kind.UNAVAILABLE)).isTrue();
  }

  @Test
  void what_another_node_heard_counts_as_heard() {
    pass(Duration.ofHours(2));
    assertThat(standIn.isWithinLimit()).isFalse();
    source.heardElsewhere(Duration.ofHours(3));
    assertThat(standIn.isWithinLimit()).isFalse();
    source.heardElsewhere(Duration.ofMinutes(59));
    assertThat(standIn.isWithinLimit()).isTrue();
    source.heardElsewhere(Duration.ofHours(3));
    pass(Duration.ofMinutes(2));
    assertThat(standIn.isWithinLimit()).as("an older report changes nothing").isFalse();
    source.heardElsewhere(Duration.ofMinutes(-5));
    pass(Duration.ofMinutes(61));
    assertThat(standIn.isWithinLimit()).as("a clock that is ahead gives no credit").isFalse();
  }

  @Test
  void never_stands_in_for_a_source_that_says_no() {
    bucket.broken = Kind.DENIED;
    assertRefused(Kind.DENIED);
    assertThat(standIn.isSourceDown()).isFalse();
    for (Kind kind : new Kind[] {Kind.DENIED, Kind.NOT_FOUND, Kind.NO_BUCKET, Kind.CHANGED}) {
      assertThat(standIn.mayAnswer(kind)).as(kind.toString()).isFalse();
    }
  }

  @Test
  void lets_one_caller_find_out_whether_the_source_is_back() {
    bucket.broken = Kind.THROTTLED;
    assertRefused(Kind.THROTTLED);
    assertThat(standIn.isSourceDown()).isTrue();
    pass(Duration.ofSeconds(2));
    assertThat(standIn.isSourceDown()).isFalse();
    assertThat(standIn.isSourceDown()).isTrue();
  }

  @Test
  void who_leaves_or_has_no_time_or_no_turn_says_nothing_about_the_source() {
    bucket.broken = Kind.UNAVAILABLE;
    Thread.currentThread().interrupt();
    assertRefused(Kind.UNAVAILABLE);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(source.breaker().isOpen()).as("left").isFalse();

    long past = System.nanoTime() - 1;
    assertThatThrownBy(() -> source.head("k", past)).isInstanceOf(OriginException.class);
    assertThatThrownBy(() -> source.getFirst("k", 1, past)).isInstanceOf(OriginException.class);
    assertThat(source.breaker().isOpen()).as("no time").isFalse();

    bucket.broken = null;
    bucket.limiterSheds = true;
    assertRefused(Kind.THROTTLED);
    assertThat(source.breaker().isOpen()).as("no turn").isFalse();

    bucket.limiterSheds = false;
    bucket.broken = Kind.UNAVAILABLE;
    assertRefused(Kind.UNAVAILABLE);
    assertThat(source.breaker().isOpen()).as("the source").isTrue();
  }

  private void assertRefused(Kind kind) {
    assertThatThrownBy(() -> source.head("k", deadline()))
        .isInstanceOfSatisfying(OriginException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private static long deadline() {
    return System.nanoTime() + 10_000_000_000L;
  }
}
