package io.blockring.node.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.OriginSource;
import io.blockring.client.origin.PersistentSource;
import io.blockring.client.peer.BlockWire;
import io.blockring.node.blockport.Filling;
import io.blockring.node.read.StoreSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FillsTest {
  private static final int BLOCK = 16 * 4_096;
  private final ObjectName name = new ObjectName(MountId.of("s3://b/", "", BLOCK, "auto"), "k");
  private final byte[] content = FakeOrigin.content(1, 3 * BLOCK + 77);
  private final FakeOrigin origin = new FakeOrigin();
  private final FakeStore store = new FakeStore();
  private final ByteBudget budget = new ByteBudget(8L * BLOCK, BLOCK);
  private final FillCounters counters = new FillCounters();
  private final ReadScope scope = ReadScope.forReader(20_000);
  private final Version version;
  private final Fills fills;

  FillsTest() {
    origin.put("k", "\"1\"", content);
    version = origin.version(name, BLOCK);
    fills = fills(100, Duration.ofMillis(200));
  }

  @Test
  void asks_the_bucket_once_however_many_follow() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    origin.gate = gate;
    List<Callable<byte[]>> readers = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      int offset = i * 100;
      readers.add(() -> read(1, offset, BLOCK - offset));
    }
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<byte[]>> answers = readers.stream().map(executor::submit).toList();
      await(() -> counters.followed() == 31);
      gate.countDown();
      for (int i = 0; i < 32; i++) {
        assertThat(answers.get(i).get()).isEqualTo(slice(BLOCK + i * 100, BLOCK - i * 100));
      }
    }
    assertThat(origin.gets).hasValue(1);
    assertThat(origin.bytes).hasValue(BLOCK);
    await(() -> store.contains(version.block(1)) && budget.bytesInFlight() == 0);
  }

  @Test
  void gives_a_follower_bytes_before_the_block_is_whole() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    origin.gate = gate;
    try (Filling filling = fills.fill(BlockRange.whole(version, 0), scope)) {
      await(() -> filling.availableFrom(0) > 0);
      assertThat(filling.outcome()).isNull();
      assertThat(filling.rung()).isEqualTo(Rung.ORIGIN);
      ByteBuffer first = ByteBuffer.allocate(1);
      assertThat(filling.read(0, first)).isTrue();
      assertThat(first.get(0)).isEqualTo(content[0]);
      gate.countDown();
      await(() -> filling.outcome() instanceof Answer.Complete);
    }
  }

  @Test
  void goes_on_where_a_body_broke_off_without_asking_for_bytes_twice() throws Exception {
    origin.breaks.set(2);
    assertThat(read(2, 0, BLOCK)).isEqualTo(slice(2 * BLOCK, BLOCK));
    assertThat(origin.gets).hasValue(3);
    assertThat(origin.bytes).hasValue(BLOCK);
  }

  @Test
  void keeps_nothing_of_a_version_that_is_gone() throws Exception {
    origin.put("k", "\"2\"", FakeOrigin.content(2, 3 * BLOCK + 77));
    try (Filling filling = fills.fill(BlockRange.whole(version, 0), scope)) {
      await(() -> filling.outcome() != null);
      assertThat(filling.outcome()).isInstanceOf(Answer.Changed.class);
    }
    await(() -> fills.inFlight() == 0);
    assertThat(store.contains(version.block(0))).isFalse();
    assertThat(store.openReservations).hasValue(0);
    assertThat(counters.changed()).isEqualTo(1);
  }

  @Test
  void a_filler_is_not_kept_waiting_for_a_member_that_may_be_that_filler() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    Fills asking = fills(gate, new ArrayList<>());
    BlockRange block = BlockRange.whole(version, 0);
    try (Filling running = asking.fill(block, scope)) {
      assertThat(asking.fill(block, scope, BlockWire.Asker.FILLER)).isNull();
      assertThat(asking.join(block.key())).isNull();
      asking.fill(block, scope).close();
      gate.countDown();
      await(() -> running.outcome() instanceof Answer.Complete);
      assertThat(running.rung()).as("is passed on").isEqualTo(Rung.ORIGIN);
    }
    await(() -> counters.completed() == 1);
    assertThat(counters.fetched().sum(Rung.ORIGIN, TrafficClass.READ)).isZero();
    assertThat(counters.fetched().sum(Rung.PEER, TrafficClass.READ)).isEqualTo(BLOCK);
  }

  @Test
  void sources_are_told_who_asks() throws Exception {
    List<BlockWire.Asker> askers = new ArrayList<>();
    Fills asking = fills(new CountDownLatch(0), askers);
    BlockRange block = BlockRange.whole(version, 0);
    try (Filling filling =
        Objects.requireNonNull(asking.fill(block, scope, BlockWire.Asker.FILLER))) {
      await(() -> filling.outcome() instanceof Answer.Complete);
    }
    assertThat(askers).containsOnly(BlockWire.Asker.FILLER);
  }

  /** One that asks a member, which has its bytes from the bucket and gives them after the gate. */
  private Fills fills(CountDownLatch gate, List<BlockWire.Asker> askers) {
    BlockSource member =
        (range, sink, own) -> {
          try {
            gate.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return new OriginSource(origin, Rung.ORIGIN).read(range, sink, own);
        };
    return new Fills(
        budget,
        store,
        (block, asker) -> {
          askers.add(asker);
          return List.of(new FillSources.Named("first owner", member, true));
        },
        new Fills.Limits(8, Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(1)),
        counters);
  }

  @Test
  void fill_of_a_warm_up_that_a_reader_joins_is_the_readers() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    origin.gate = gate;
    ReadScope warmUp = new ReadScope("w", TrafficClass.WARM_UP, scope.deadlineNanos());
    BlockRange block = BlockRange.whole(version, 0);
    try (Filling first = fills.fill(block, warmUp)) {
      await(() -> first.availableFrom(0) > 0);
      assertThat(origin.forWhom.get()).isEqualTo(TrafficClass.WARM_UP);
      try (Filling joined = fills.fill(block, scope)) {
        assertThat(origin.forWhom.get()).isEqualTo(TrafficClass.READ);
        fills.fill(block, warmUp).close();
        assertThat(origin.forWhom.get()).as("and stays it").isEqualTo(TrafficClass.READ);
        gate.countDown();
        await(() -> joined.outcome() instanceof Answer.Complete);
      }
    }
    assertThat(counters.fetched().sum(Rung.ORIGIN, TrafficClass.READ)).isEqualTo(BLOCK);
  }

  @Test
  void own_slot_that_must_be_waited_for_is_not_asked_at_hand() throws Exception {
    assertThat(read(1, 0, BLOCK)).isEqualTo(slice(BLOCK, BLOCK));
    await(() -> store.contains(version.block(1)));
    StoreSource own = new StoreSource(store);
    BlockRange range = BlockRange.whole(version, 1);
    ByteBuffer target = ByteBuffer.allocate(BLOCK);
    store.isCold = true;
    assertThat(own.readAtHand(range, into(target), scope)).isInstanceOf(Answer.Absent.class);
    store.isCold = false;
    assertThat(own.readAtHand(range, into(target), scope)).isInstanceOf(Answer.Complete.class);
  }

  @Test
  void serves_readers_although_the_store_refuses() throws Exception {
    store.isRefusing = true;
    assertThat(read(0, 5, 100)).isEqualTo(slice(5, 100));
    await(() -> fills.inFlight() == 0);
    assertThat(counters.unstored()).isEqualTo(1);
    assertThat(budget.bytesInFlight()).isZero();
  }

  @Test
  void takes_room_in_the_store_before_it_asks_for_the_first_byte() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    origin.gate = gate;
    try (Filling filling = fills.fill(BlockRange.whole(version, 0), scope)) {
      await(() -> filling.availableFrom(0) > 0);
      assertThat(store.openReservations).hasValue(1);
      gate.countDown();
    }
    await(() -> fills.inFlight() == 0);
    assertThat(store.openReservations).hasValue(0);
  }

  @Test
  void gives_way_before_it_holds_a_buffer_and_tells_for_whom() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    AtomicReference<Supplier<TrafficClass>> waiting = new AtomicReference<>();
    fills.giveWay(
        forWhom -> {
          waiting.set(forWhom);
          gate.await();
        });
    ReadScope warmUp = new ReadScope("w", TrafficClass.WARM_UP, scope.deadlineNanos());
    try (Filling filling = fills.fill(BlockRange.whole(version, 0), warmUp)) {
      await(() -> waiting.get() != null);
      assertThat(budget.bytesInFlight()).isZero();
      assertThat(store.openReservations).hasValue(0);
      assertThat(waiting.get().get()).isEqualTo(TrafficClass.WARM_UP);
      fills.fill(BlockRange.whole(version, 0), scope).close();
      assertThat(waiting.get().get()).isEqualTo(TrafficClass.READ);
      gate.countDown();
      await(() -> filling.outcome() instanceof Answer.Complete);
    }
  }

  @Test
  void does_not_ask_again_while_the_disk_takes_its_time() throws Exception {
    store.disk = new CompletableFuture<>();
    read(0, 0, BLOCK);
    assertThat(read(0, 0, BLOCK)).isEqualTo(slice(0, BLOCK));
    assertThat(origin.gets).hasValue(1);
    store.disk.complete(true);
    await(() -> fills.inFlight() == 0);
    assertThat(store.openReservations).hasValue(0);
  }

  @Test
  void reads_its_own_disk_when_the_block_came_meanwhile() throws Exception {
    read(0, 0, BLOCK);
    await(() -> fills.inFlight() == 0);
    assertThat(read(0, 0, BLOCK)).isEqualTo(slice(0, BLOCK));
    assertThat(origin.gets).hasValue(1);
    assertThat(counters.fetched().sum(Rung.ORIGIN, scope.trafficClass())).isEqualTo(BLOCK);
  }

  @Test
  void tells_readers_to_come_back_beyond_its_limit() throws Exception {
    Fills narrow = fills(1, Duration.ofMillis(200));
    CountDownLatch gate = new CountDownLatch(1);
    origin.gate = gate;
    try (Filling first = narrow.fill(BlockRange.whole(version, 0), scope);
        Filling second = narrow.fill(BlockRange.whole(version, 1), scope)) {
      assertThat(second.outcome())
          .isInstanceOfSatisfying(
              Answer.Busy.class, busy -> assertThat(busy.reason()).contains("limit 1"));
      gate.countDown();
      await(() -> first.outcome() instanceof Answer.Complete);
    }
    assertThat(counters.shed()).isEqualTo(1);
  }

  private Fills fills(int most, Duration bufferWait) {
    StoreSource own = new StoreSource(store);
    PersistentSource bucket =
        new PersistentSource(new OriginSource(origin, Rung.ORIGIN), origin.retries());
    return new Fills(
        budget,
        store,
        (block, asker) ->
            List.of(new FillSources.Named("own", own), new FillSources.Named("bucket", bucket)),
        new Fills.Limits(most, bufferWait, Duration.ofSeconds(20), Duration.ofSeconds(1)),
        counters);
  }

  private static ByteSink into(ByteBuffer target) {
    return new ByteSink() {
      @Override
      public ByteBuffer claim(int maxBytes) {
        return target.slice(target.position(), Math.min(maxBytes, target.remaining()));
      }

      @Override
      public void commit(int bytes, Rung rung) {
        target.position(target.position() + bytes);
      }
    };
  }

  private byte[] read(int block, int offset, int length) throws Exception {
    ByteBuffer target = ByteBuffer.allocate(length);
    Answer answer =
        fills
            .asSource(new StoreSource(store))
            .read(new BlockRange(version, block, offset, length), into(target), scope);
    assertThat(answer).isInstanceOf(Answer.Complete.class);
    return target.array();
  }

  private byte[] slice(int offset, int length) {
    return java.util.Arrays.copyOfRange(content, offset, offset + length);
  }

  static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("condition within 10 s").isLessThan(deadline);
      Thread.onSpinWait();
      Thread.yield();
    }
  }
}
