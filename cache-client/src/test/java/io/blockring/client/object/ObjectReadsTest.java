package io.blockring.client.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.ReadException;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.Content;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.OriginException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ObjectReadsTest {
  private static final int BLOCK = 8_192;
  private final Version version = Content.version("o", "\"1\"", 100_001, BLOCK);
  private final ByteBudget budget = new ByteBudget(16 * BLOCK, BLOCK);
  private final ReadScope scope = ReadScope.forReader(60_000);

  @Test
  void streams_and_bulk_reads_any_range_right_when_sources_fail_at_random() throws Exception {
    long seed = 7;
    SplittableRandom random = new SplittableRandom(seed);
    ObjectReads reads = new ObjectReads(flaky(seed), budget, 2, 4);
    for (int n = 0; n < 300; n++) {
      int offset = random.nextInt((int) version.size());
      int length = 1 + random.nextInt((int) version.size() - offset);
      Content.Reader reader = new Content.Reader(length, 3_000);
      reads.stream(version, offset, length, reader, scope);
      assertThat(reader.bytes())
          .as("seed %d run %d", seed, n)
          .isEqualTo(Content.of(version, offset, length));

      ByteBuffer target = ByteBuffer.allocateDirect(length + 10).position(5).limit(length + 5);
      reads.bulk(version, offset, target, scope);
      assertThat(target.position()).isEqualTo(length + 5);
      byte[] got = new byte[length];
      target.get(5, got);
      assertThat(got).as("seed %d run %d", seed, n).isEqualTo(Content.of(version, offset, length));
    }
    assertThat(budget.bytesInFlight()).isZero();
  }

  @Test
  void never_ends_silently_short() {
    BlockSource liar =
        (range, sink, s) -> {
          Content.deliver(range, range.length() / 2, sink, Rung.PEER, 999);
          return new Answer.Complete();
        };
    assertRefused(liar, ReadException.Kind.UNAVAILABLE);
  }

  @Test
  void tells_a_changed_version_from_a_bucket_that_denies_and_one_that_is_down() {
    assertRefused((r, s, o) -> new Answer.Changed("412"), ReadException.Kind.CHANGED);
    assertRefused(trouble(OriginException.Kind.DENIED), ReadException.Kind.DENIED);
    assertRefused(trouble(OriginException.Kind.UNAVAILABLE), ReadException.Kind.UNAVAILABLE);
  }

  @Test
  void waits_while_the_cluster_is_busy_and_then_reads_on() throws Exception {
    AtomicInteger refusals = new AtomicInteger(3);
    Content.Source source = new Content.Source(Rung.PEER, 999);
    ObjectReads reads =
        new ObjectReads(
            (range, sink, s) ->
                refusals.getAndDecrement() > 0
                    ? new Answer.Busy("full", Duration.ofMillis(1))
                    : source.read(range, sink, s),
            budget,
            0,
            1);
    Content.Reader reader = new Content.Reader(100, 100);
    assertThat(reads.stream(version, 0, 100, reader, scope)).isEqualTo(Rung.PEER);
    assertThat(reader.bytes()).isEqualTo(Content.of(version, 0, 100));
  }

  @Test
  void fetches_ahead_of_a_reader_who_comes_back_for_the_next_bytes() throws Exception {
    Content.Source source = new Content.Source(Rung.PEER, 999);
    Set<Integer> ahead = ConcurrentHashMap.newKeySet();
    CountDownLatch isFetched = new CountDownLatch(1);
    ObjectReads reads =
        new ObjectReads(
            (range, sink, s) -> {
              if (s.trafficClass() == TrafficClass.READ_AHEAD) {
                assertThat(range.length()).isEqualTo(1);
                ahead.add(range.blockIndex());
                isFetched.countDown();
              }
              return source.read(range, sink, s);
            },
            budget,
            1,
            1);
    int quarter = BLOCK / 4;
    for (int part = 0; part < 3; part++) {
      Content.Reader reader = new Content.Reader(quarter, quarter);
      reads.stream(version, (long) part * quarter, quarter, reader, scope);
      assertThat(reader.bytes()).isEqualTo(Content.of(version, part * quarter, quarter));
    }
    assertThat(isFetched.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(ahead).containsExactly(1);
  }

  @Test
  void refuses_a_range_beyond_the_end_with_the_numbers() {
    ObjectReads reads = new ObjectReads(new Content.Source(Rung.PEER, 999), budget, 0, 1);
    assertThatThrownBy(() -> reads.stream(version, 100_000, 2, new Content.Reader(2, 2), scope))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("100000+2")
        .hasMessageContaining("100001");
  }

  private void assertRefused(BlockSource ladder, ReadException.Kind kind) {
    ObjectReads reads = new ObjectReads(ladder, budget, 2, 2);
    assertThatThrownBy(
            () -> reads.stream(version, 0, version.size(), new Content.Reader(100_001, 999), scope))
        .isInstanceOfSatisfying(ReadException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    assertThatThrownBy(() -> reads.bulk(version, 0, ByteBuffer.allocate(50_000), scope))
        .isInstanceOfSatisfying(ReadException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private static BlockSource trouble(OriginException.Kind kind) {
    return (r, s, o) -> new Answer.OriginTrouble(kind, "said so", Duration.ZERO);
  }

  /**
   * Breaks off at a random byte now and then, always with a reason that another attempt may cure.
   */
  private static BlockSource flaky(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return (range, sink, s) -> {
      int delivered = range.length();
      synchronized (random) {
        if (random.nextInt(5) == 0) {
          delivered = random.nextInt(range.length());
        }
      }
      Content.deliver(range, delivered, sink, Rung.PEER, 2_000);
      return delivered == range.length()
          ? new Answer.Complete()
          : new Answer.Busy("later", Duration.ofMillis(1));
    };
  }
}
