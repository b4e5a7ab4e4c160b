package io.blockring.node.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.OriginSource;
import io.blockring.node.blockport.Filling;
import io.blockring.node.read.StoreSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers that begin in the middle, or do not keep up. */
@Timeout(30)
class FollowersTest {
  private static final int BLOCK = 4 * Fills.MID_BLOCK_BYTES;
  private static final int MIDDLE = 2 * Fills.MID_BLOCK_BYTES + 4_096;
  private final ObjectName name = new ObjectName(MountId.of("s3://b/", "", BLOCK, "auto"), "k");
  private final byte[] content = FakeOrigin.content(5, BLOCK + 77);
  private final FakeOrigin origin = new FakeOrigin();
  private final FakeStore store = new FakeStore();
  private final ByteBudget budget = new ByteBudget(4L * BLOCK, BLOCK);
  private final ReadScope scope = ReadScope.forReader(20_000);
  private final FillCounters counters = new FillCounters();
  private final Version version;
  private final Fills fills;
  private final BlockSource ownFill;

  FollowersTest() {
    origin.put("k", "\"1\"", content);
    version = origin.version(name, BLOCK);
    StoreSource own = new StoreSource(store);
    OriginSource bucket = new OriginSource(origin, Rung.ORIGIN);
    fills =
        new Fills(
            budget,
            store,
            (block, asker) -> List.of(new FillSources.Named("bucket", bucket)),
            new Fills.Limits(9, Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ZERO),
            counters);
    ownFill = fills.asSource(own);
  }

  @Test
  void a_read_in_mid_block_is_answered_before_the_bytes_in_front_of_it_are_there()
      throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    origin.gate = gate; // No body gets beyond its first third.
    BlockRange small = new BlockRange(version, 0, MIDDLE + 100, 5_000);
    Slow sink = new Slow(5_000, 0);
    assertThat(ownFill.read(small, sink, scope)).isInstanceOf(Answer.Complete.class);
    assertThat(sink.bytes()).isEqualTo(slice(MIDDLE + 100, 5_000));
    assertThat(store.contains(version.block(0))).isFalse();
    gate.countDown();
    FillsTest.await(() -> fills.inFlight() == 0);
    assertThat(origin.gets).hasValue(2);
    assertThat(counters.midBlock()).isEqualTo(1);
    assertThat(origin.bytes).hasValue(BLOCK);
    Slow whole = new Slow(BLOCK, 0);
    assertThat(new StoreSource(store).read(BlockRange.whole(version, 0), whole, scope))
        .isInstanceOf(Answer.Complete.class);
    assertThat(whole.bytes()).isEqualTo(slice(0, BLOCK));
  }

  @Test
  void a_reader_from_the_front_follows_a_block_that_comes_from_its_middle() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    origin.gate = gate;
    try (Filling middle = fills.fill(new BlockRange(version, 0, MIDDLE, 1), scope)) {
      FillsTest.await(() -> middle.availableFrom(MIDDLE) > 0);
      assertThat(middle.availableFrom(0)).isZero();
      Slow front = new Slow(BLOCK, 0);
      CompletableFuture<Answer> answer = later(BlockRange.whole(version, 0), front);
      gate.countDown();
      assertThat(answer.get()).isInstanceOf(Answer.Complete.class);
      assertThat(front.bytes()).isEqualTo(slice(0, BLOCK));
    }
    assertThat(origin.bytes).hasValue(BLOCK);
  }

  @Test
  void a_read_near_the_front_costs_one_request() throws Exception {
    BlockRange near = new BlockRange(version, 0, Fills.MID_BLOCK_BYTES - 1, 10);
    assertThat(ownFill.read(near, new Slow(10, 0), scope)).isInstanceOf(Answer.Complete.class);
    FillsTest.await(() -> fills.inFlight() == 0);
    assertThat(origin.gets).hasValue(1);
  }

  @Test
  void a_version_that_changes_between_the_two_requests_is_not_kept() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    origin.gate = gate;
    try (Filling middle = fills.fill(new BlockRange(version, 0, MIDDLE, 1), scope)) {
      FillsTest.await(() -> middle.availableFrom(MIDDLE) > 0);
      origin.put("k", "\"2\"", FakeOrigin.content(6, BLOCK + 77));
      gate.countDown();
      FillsTest.await(() -> middle.outcome() != null);
      assertThat(middle.outcome()).isInstanceOf(Answer.Changed.class);
    }
    FillsTest.await(() -> fills.inFlight() == 0);
    assertThat(store.contains(version.block(0))).isFalse();
    assertThat(store.openReservations).hasValue(0);
  }

  @Test
  void a_reader_that_takes_no_bytes_keeps_no_buffer_and_reads_on_from_the_slot() throws Exception {
    Slow stuck = new Slow(BLOCK, 100_000);
    CompletableFuture<Answer> answer = later(BlockRange.whole(version, 0), stuck);
    stuck.stalls.await();
    FillsTest.await(() -> store.contains(version.block(0)) && budget.bytesInFlight() == 0);
    assertThat(answer).isNotDone();
    stuck.goOn.countDown();
    assertThat(answer.get()).isInstanceOf(Answer.Complete.class);
    assertThat(stuck.bytes()).isEqualTo(slice(0, BLOCK));
    assertThat(origin.gets).hasValue(1);
  }

  @Test
  void a_slow_reader_keeps_the_buffer_of_a_block_that_the_store_does_not_keep() throws Exception {
    store.isRefusing = true;
    Slow stuck = new Slow(BLOCK, 100_000);
    CompletableFuture<Answer> answer = later(BlockRange.whole(version, 0), stuck);
    stuck.stalls.await();
    FillsTest.await(() -> fills.inFlight() == 0);
    assertThat(budget.bytesInFlight()).isEqualTo(BLOCK);
    stuck.goOn.countDown();
    assertThat(answer.get()).isInstanceOf(Answer.Complete.class);
    assertThat(stuck.bytes()).isEqualTo(slice(0, BLOCK));
    assertThat(origin.bytes).hasValue(BLOCK);
    assertThat(budget.bytesInFlight()).isZero();
  }

  private CompletableFuture<Answer> later(BlockRange range, ByteSink sink) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                answer.complete(ownFill.read(range, sink, scope));
              } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
    return answer;
  }

  private byte[] slice(int offset, int length) {
    return Arrays.copyOfRange(content, offset, offset + length);
  }

  /** A reader that stops taking bytes after so many, until it is told to go on. */
  private static final class Slow implements ByteSink {
    final CountDownLatch stalls = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);
    private final ByteBuffer target;
    private final int stallsAfter;

    /**
     * @param stallsAfter 0 for never
     */
    Slow(int length, int stallsAfter) {
      this.target = ByteBuffer.allocate(length);
      this.stallsAfter = stallsAfter;
    }

    byte[] bytes() {
      return target.array();
    }

    @Override
    public ByteBuffer claim(int maxBytes) throws IOException {
      if (stallsAfter > 0 && target.position() >= stallsAfter) {
        stalls.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException(e);
        }
      }
      return target.slice(
          target.position(), Math.min(70_000, Math.min(maxBytes, target.remaining())));
    }

    @Override
    public void commit(int bytes, Rung rung) {
      target.position(target.position() + bytes);
    }
  }
}
