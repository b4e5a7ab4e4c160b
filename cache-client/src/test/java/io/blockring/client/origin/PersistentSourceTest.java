package io.blockring.client.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PersistentSourceTest {
  private static final Version VERSION =
      new Version(
          new ObjectName(MountId.of("s3://b/", "", 4096, "auto"), "k"),
          new Identity(Identity.Kind.ETAG, "\"1\""),
          100,
          4096);

  private final RetryBudget retries = new RetryBudget(() -> 0);
  private final AtomicInteger asked = new AtomicInteger();

  /** An origin in an outage, which asks each question twice itself while it may. */
  private final PersistentSource source =
      new PersistentSource(
          (range, sink, scope) -> {
            retries.asked();
            asked.incrementAndGet();
            if (retries.mayRetry()) {
              asked.incrementAndGet();
            }
            return new Answer.OriginTrouble(
                OriginException.Kind.UNAVAILABLE, "out of order", Duration.ZERO);
          },
          retries);

  @Test
  void an_outage_costs_a_tenth_more_however_many_ask_again() throws Exception {
    while (retries.mayRetry()) {} // What was saved is spent.
    for (int question = 0; question < 100; question++) {
      Answer answer =
          source.read(BlockRange.whole(VERSION, 0), new Nowhere(), ReadScope.forReader(20_000));
      assertThat(answer).isInstanceOf(Answer.OriginTrouble.class);
    }
    assertThat(asked.get()).isBetween(100, 112);
  }

  private static final class Nowhere implements ByteSink {
    @Override
    public ByteBuffer claim(int maxBytes) {
      return ByteBuffer.allocate(maxBytes);
    }

    @Override
    public void commit(int bytes, Rung rung) {}
  }
}
