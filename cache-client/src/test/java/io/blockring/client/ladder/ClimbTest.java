package io.blockring.client.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.OriginException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClimbTest {
  private final Version version = Content.version("a", "\"1\"", 100_000, 65_536);
  private final BlockRange range = new BlockRange(version, 0, 10, 5_000);
  private final ReadScope scope = ReadScope.forReader(60_000);
  private final Content.Reader reader = new Content.Reader(5_000, 700);

  @Test
  void goes_on_at_the_first_missing_byte_when_a_source_breaks_off() throws IOException {
    Climb climb = new Climb(range, reader, scope);

    boolean isSettled = climb.settles("first", breaksAfter(1_234, new Answer.Failed("reset")));
    assertThat(isSettled).isFalse();
    Content.Source second = new Content.Source(Rung.ORIGIN, 999);
    assertThat(climb.settles("second", second)).isTrue();

    assertThat(second.asked).containsExactly(new BlockRange(version, 0, 10 + 1_234, 5_000 - 1_234));
    assertThat(climb.answer()).isInstanceOf(Answer.Complete.class);
    assertThat(reader.bytes()).isEqualTo(Content.of(version, 10, 5_000));
  }

  @Test
  void asks_nobody_else_when_the_version_is_gone() throws IOException {
    assertIsFinal(new Answer.Changed("overwritten"));
  }

  @Test
  void asks_nobody_else_when_the_bucket_is_in_trouble() throws IOException {
    assertIsFinal(
        new Answer.OriginTrouble(OriginException.Kind.UNAVAILABLE, "refused", Duration.ZERO));
  }

  @Test
  void asks_nobody_else_when_the_owner_is_busy() throws IOException {
    assertIsFinal(new Answer.Busy("full", Duration.ofMillis(100)));
  }

  @Test
  void names_every_refusal_when_nobody_has_it() throws IOException {
    Climb climb = new Climb(range, reader, scope);
    climb.settles("memory", (r, s, o) -> new Answer.Absent("not kept"));
    climb.settles("node-b", (r, s, o) -> new Answer.Failed("connection refused"));

    assertThat(climb.answer())
        .isInstanceOfSatisfying(
            Answer.Failed.class,
            failed ->
                assertThat(failed.reason())
                    .contains("memory: not kept")
                    .contains("node-b: connection refused")
                    .contains("block 0"));
  }

  @Test
  void does_not_believe_a_source_that_says_all_and_sent_less() throws IOException {
    Climb climb = new Climb(range, reader, scope);
    assertThat(climb.settles("liar", breaksAfter(4_999, new Answer.Complete()))).isFalse();
    assertThat(climb.answer()).isInstanceOf(Answer.Failed.class);
  }

  @Test
  void takes_all_bytes_for_success_whatever_the_source_says_after() throws IOException {
    Climb climb = new Climb(range, reader, scope);
    assertThat(climb.settles("late", breaksAfter(5_000, new Answer.Failed("on close")))).isTrue();
    assertThat(climb.answer()).isInstanceOf(Answer.Complete.class);
  }

  @Test
  void asks_nobody_after_the_deadline() throws IOException {
    ReadScope late = new ReadScope("t", TrafficClass.READ, System.nanoTime() - 1);
    Climb climb = new Climb(range, reader, late);
    Content.Source source = new Content.Source(Rung.PEER, 999);
    assertThat(climb.settles("node-b", source)).isTrue();
    assertThat(source.asked).isEmpty();
    assertThat(climb.answer()).isInstanceOf(Answer.Failed.class);
  }

  private void assertIsFinal(Answer answer) throws IOException {
    Climb climb = new Climb(range, reader, scope);
    Content.Source other = new Content.Source(Rung.ORIGIN, 999);
    assertThat(climb.settles("owner", breaksAfter(100, answer))).isTrue();
    assertThat(climb.settles("next", other)).isTrue();
    assertThat(other.asked).isEmpty();
    assertThat(climb.answer()).isEqualTo(answer);
  }

  private static BlockSource breaksAfter(int bytes, Answer answer) {
    return (range, sink, scope) -> {
      Content.deliver(range, bytes, sink, Rung.PEER, 512);
      return answer;
    };
  }
}
