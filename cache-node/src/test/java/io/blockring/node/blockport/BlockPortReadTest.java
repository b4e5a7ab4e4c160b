package io.blockring.node.blockport;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.OriginException;
import io.blockring.client.peer.BatchedRead;
import io.blockring.client.peer.BlockWire.Kind;
import io.blockring.client.peer.PeerClient;
import io.blockring.client.peer.PeerSettings;
import io.blockring.node.host.Nic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both sides of the wire together, over real sockets: what a reader gets from a node. */
class BlockPortReadTest {
  private static final Version LARGE = FakeBlocks.version("large.bin", 2_500_000);

  @TempDir Path folder;
  private PortFixture fixture;
  private PeerClient client;
  private PeerCredentials shown = PeerCredentials.none();

  /** What the port asks for and its readers show; others run the same tests with more. */
  PeerCredentials credentials() throws IOException {
    return PeerCredentials.none();
  }

  /** What the port may send. */
  Nic nic() {
    return Nic.UNLIMITED;
  }

  /** How many times slower than plain bytes they come while all is cold. */
  int slowness() {
    return 1;
  }

  @BeforeEach
  void open() throws IOException {
    shown = credentials();
    fixture = new PortFixture(folder, settings -> settings, true, PeerAdmission.of(shown), nic());
    client = client(500);
  }

  PortFixture fixture() {
    return fixture;
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    fixture.close();
  }

  @Test
  void every_range_of_a_resident_block_is_right() throws Exception {
    fixture.blocks.store(LARGE, 0);
    fixture.blocks.store(LARGE, 2).isPacked = true;
    long seed = 11;
    Random random = new Random(seed);
    for (int round = 0; round < 400; round++) {
      BlockRange range = anyRange(random, random.nextBoolean() ? 0 : 2);
      Collected collected = new Collected(1 + random.nextInt(300_000));
      assertThat(read(Kind.PEEK, range, collected))
          .as("seed %d round %d %s", seed, round, range)
          .isEqualTo(new Answer.Complete());
      collected.expect(range, range.length(), Rung.PEER);
    }
    assertThat(fixture.port.counters().requests("resident", 206)).isEqualTo(400);
    assertThat(fixture.port.counters().connections.sum()).isEqualTo(1);
  }

  @Test
  void a_held_block_is_had_by_its_digest_alone_and_never_filled() throws Exception {
    fixture.blocks.store(LARGE, 0);
    fixture.blocks.store(LARGE, 2);
    for (int block : new int[] {0, 2}) {
      Collected collected = new Collected(1 << 20);
      assertThat(readHeld(LARGE.block(block), LARGE.blockLength(block), collected))
          .isEqualTo(new Answer.Complete());
      BlockRange whole = BlockRange.whole(LARGE, block);
      collected.expect(whole, whole.length(), Rung.PEER);
    }
    FakeFilling filling = new FakeFilling(FakeBlocks.content(LARGE, 1));
    fixture.blocks.running.put(LARGE.block(1), filling);
    assertThat(readHeld(LARGE.block(1), LARGE.blockLength(1), new Collected(1 << 20)))
        .isInstanceOf(Answer.Absent.class);
    assertThat(readHeld(LARGE.block(0), 4096, new Collected(1 << 20)))
        .isInstanceOfSatisfying(
            Answer.Failed.class, failed -> assertThat(failed.reason()).contains("1048576 bytes"));
  }

  private Answer readHeld(BlockKey key, int length, Collected collected) throws IOException {
    return client.readHeld(fixture.address(), key, length, collected, ReadScope.forReader(10_000));
  }

  @Test
  void every_item_of_a_batch_is_right_or_refused() throws Exception {
    long seed = 13;
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      List<BatchedRead> reads = new ArrayList<>();
      List<Collected> collected = new ArrayList<>();
      List<BlockKey> gone = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(120); i++) {
        Version version =
            FakeBlocks.version("batch-" + round + "-" + i, 1 + random.nextInt(30_000));
        BlockRange range = anyRange(version, random, 0);
        switch (random.nextInt(4)) {
          case 0 -> gone.add(range.key());
          case 1 -> {
            FakeFilling filling = new FakeFilling(FakeBlocks.content(version, 0));
            filling.complete();
            fixture.blocks.running.put(range.key(), filling);
          }
          case 2 -> fixture.blocks.store(version, 0).isPacked = true;
          default -> fixture.blocks.store(version, 0);
        }
        collected.add(new Collected(1 + random.nextInt(40_000)));
        reads.add(new BatchedRead(range, collected.getLast()));
      }
      List<Answer> answers =
          client.readBatch(
              fixture.address(), Kind.PEEK, reads, ReadScope.forReader(9_000), "ring-a");
      for (int i = 0; i < reads.size(); i++) {
        BlockRange range = reads.get(i).range();
        boolean isGone = gone.contains(range.key());
        assertThat(answers.get(i))
            .as("seed %d round %d item %d", seed, round, i)
            .isInstanceOf(isGone ? Answer.Absent.class : Answer.Complete.class);
        collected.get(i).expectBytes(range, isGone ? 0 : range.length());
      }
    }
    assertThat(fixture.port.counters().requests("batch", 200)).isEqualTo(20);
    assertThat(fixture.port.counters().connections.sum()).isEqualTo(1);
  }

  @Test
  void only_what_readers_keep_counts_as_delivered() throws Exception {
    BlockRange range = BlockRange.whole(LARGE, 0);
    fixture.blocks.store(LARGE, 0);
    try (PeerClient node =
        PeerClient.ofMember(PeerSettings.defaults(), shown, (peer, ring) -> {})) {
      ReadScope scope = ReadScope.forReader(9_000);
      node.read(fixture.address(), Kind.READ, range, new Collected(1 << 20), scope, "");
      read(Kind.READ, range, new Collected(1 << 20));
      PortFixture.eventually(
          "both sent", () -> fixture.port.counters().bytes.sum() == 2L * range.length());
      assertThat(fixture.blocks.delivered).hasValue(range.length());
    }
  }

  @Test
  void the_fallback_transport_serves_the_same() throws Exception {
    try (PortFixture nio =
        new PortFixture(folder, settings -> settings, false, PeerAdmission.of(shown))) {
      Version other = FakeBlocks.version("nio.bin", FakeBlocks.BLOCK_BYTES);
      nio.blocks.store(other, 0);
      for (BlockRange range :
          List.of(BlockRange.whole(other, 0), new BlockRange(other, 0, 100, 5_000))) {
        Collected collected = new Collected(1 << 20);
        assertThat(
                client.read(
                    nio.address(), Kind.READ, range, collected, ReadScope.forReader(9_000), ""))
            .isEqualTo(new Answer.Complete());
        collected.expect(range, range.length(), Rung.PEER);
      }
    }
  }

  @Test
  void every_range_of_a_filling_block_is_right_however_it_comes_in() throws Exception {
    long seed = 12;
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      Version version = FakeBlocks.version("fill-" + round, 1 + random.nextInt(900_000));
      BlockRange range = anyRange(version, random, 0);
      FakeFilling filling = new FakeFilling(FakeBlocks.content(version, 0));
      filling.advance(random.nextInt(version.blockLength(0)));
      fixture.blocks.fills = key -> filling;
      Collected collected = new Collected(1 + random.nextInt(300_000));
      CompletableFuture<Answer> answer = readLater(range, collected);
      assertThat(filling.listenedTo.await(5, TimeUnit.SECONDS)).isTrue();
      while (filling.available() < filling.length()) {
        filling.advance(
            Math.min(1 + random.nextInt(200_000), filling.length() - filling.available()));
      }
      filling.end(new Answer.Complete());
      assertThat(answer.get(10, TimeUnit.SECONDS))
          .as("seed %d round %d %s", seed, round, range)
          .isEqualTo(new Answer.Complete());
      collected.expect(range, range.length(), Rung.ORIGIN);
    }
  }

  @Test
  void a_slow_fill_with_signs_of_life_outlives_the_peers_deadline() throws Exception {
    FakeFilling filling = new FakeFilling(FakeBlocks.content(LARGE, 0));
    fixture.blocks.fills = key -> filling;
    BlockRange range = BlockRange.whole(LARGE, 0);
    Collected collected = new Collected(1 << 20);
    CompletableFuture<Answer> answer = readLater(range, collected);
    // Twice longer than the silence that the reader bears: before the head, and between frames.
    PortFixture.eventually("five 102s", () -> fixture.port.counters().signsOfLife.sum() >= 5);
    filling.advance(100_000);
    // A full frame at once, what is there of the next with the next sign.
    PortFixture.eventually("two frames", () -> client.counters().bytes.sum() == 100_000);
    PortFixture.eventually("five empty frames", () -> client.counters().signsOfLife.sum() >= 10);
    filling.complete();
    assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Complete());
    collected.expect(range, range.length(), Rung.ORIGIN);
    assertThat(client.counters().silences.sum()).isZero();
  }

  @Test
  void the_first_bytes_of_a_fill_leave_before_a_frame_is_full() throws Exception {
    FakeFilling filling = new FakeFilling(FakeBlocks.content(LARGE, 0));
    fixture.blocks.fills = key -> filling;
    BlockRange range = new BlockRange(LARGE, 0, 4_096, 300_000);
    Collected collected = new Collected(1 << 20);
    CompletableFuture<Answer> answer = readLater(range, collected);
    assertThat(filling.listenedTo.await(5, TimeUnit.SECONDS)).isTrue();
    filling.advance(4_096 + 17);
    PortFixture.eventually("17 bytes", () -> client.counters().bytes.sum() == 17);
    filling.complete();
    assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Complete());
    collected.expect(range, range.length(), Rung.ORIGIN);
  }

  @Test
  void a_reader_that_lags_behind_a_fill_reads_on_from_the_slot() throws Exception {
    FakeFilling filling = new FakeFilling(FakeBlocks.content(LARGE, 0));
    fixture.blocks.fills = key -> filling;
    BlockRange range = BlockRange.whole(LARGE, 0);
    Collected collected = new Collected(1 << 20);
    CompletableFuture<Answer> answer = readLater(range, collected);
    assertThat(filling.listenedTo.await(5, TimeUnit.SECONDS)).isTrue();
    filling.advance(200_000);
    PortFixture.eventually("200,000 bytes", () -> client.counters().bytes.sum() == 200_000);
    fixture.blocks.store(LARGE, 0);
    filling.giveBack();
    filling.complete();
    assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Complete());
    collected.expectBytes(range, range.length());
    assertThat(filling.closings).hasValue(1);
    assertThat(client.health().failures(fixture.address())).isZero();
  }

  @Test
  void a_fill_that_breaks_off_says_why_and_keeps_what_came() throws Exception {
    List<Answer> ends =
        List.of(
            new Answer.Changed("overwritten"),
            new Answer.OriginTrouble(
                OriginException.Kind.DENIED, "the bucket said 403", Duration.ZERO),
            new Answer.Failed("filler died " + "x".repeat(5_000)));
    for (Answer end : ends) {
      Version version = FakeBlocks.version("breaks-" + end.getClass().getSimpleName(), 900_000);
      FakeFilling filling = new FakeFilling(FakeBlocks.content(version, 0));
      fixture.blocks.fills = key -> filling;
      BlockRange range = new BlockRange(version, 0, 5_000, 800_000);
      Collected collected = new Collected(1 << 20);
      CompletableFuture<Answer> answer = readLater(range, collected);
      assertThat(filling.listenedTo.await(5, TimeUnit.SECONDS)).isTrue();
      filling.advance(4_096 + 3 * 65_536 + 17);
      filling.end(end);
      assertThat(answer.get(10, TimeUnit.SECONDS)).isInstanceOf(end.getClass());
      collected.expect(range, 3 * 65_536 - (5_000 - 4_096), Rung.ORIGIN);
    }
    PortFixture.eventually("three broken off", () -> fixture.port.counters().brokenOff.sum() == 3);
    assertThat(client.health().failures(fixture.address())).isZero();
  }

  @Test
  void a_fill_that_ends_before_its_first_byte_is_a_plain_refusal() throws Exception {
    List<Answer> ends =
        List.of(
            new Answer.Absent("not there"),
            new Answer.Changed("overwritten"),
            new Answer.Failed("no luck"),
            new Answer.Busy("too much", Duration.ofMillis(1_234)),
            new Answer.OriginTrouble(
                OriginException.Kind.THROTTLED, "503", Duration.ofMillis(700)));
    for (Answer end : ends) {
      Version version = FakeBlocks.version(end.getClass().getSimpleName(), 900_000);
      FakeFilling filling = new FakeFilling(FakeBlocks.content(version, 0));
      fixture.blocks.fills = key -> filling;
      CompletableFuture<Answer> answer = readLater(BlockRange.whole(version, 0), new Collected(9));
      assertThat(filling.listenedTo.await(5, TimeUnit.SECONDS)).isTrue();
      filling.end(end);
      Answer got = answer.get(10, TimeUnit.SECONDS);
      assertThat(got).isInstanceOf(end.getClass());
      switch (got) {
        case Answer.Busy(String reason, Duration after) ->
            assertThat(after).isEqualTo(Duration.ofMillis(1_234));
        case Answer.OriginTrouble(var kind, String reason, Duration after) -> {
          assertThat(kind).isEqualTo(OriginException.Kind.THROTTLED);
          assertThat(after).isEqualTo(Duration.ofMillis(700));
        }
        default -> {}
      }
    }
    assertThat(fixture.port.counters().connections.sum())
        .as("a refusal does not cost the connection")
        .isEqualTo(1);
  }

  @Test
  void a_peek_never_fills_but_joins_what_is_being_filled() throws Exception {
    BlockRange range = BlockRange.whole(LARGE, 1);
    assertThat(read(Kind.PEEK, range, new Collected(9))).isInstanceOf(Answer.Absent.class);
    FakeFilling filling = new FakeFilling(FakeBlocks.content(LARGE, 1));
    filling.complete();
    fixture.blocks.running.put(range.key(), filling);
    Collected collected = new Collected(1 << 20);
    assertThat(read(Kind.PEEK, range, collected)).isEqualTo(new Answer.Complete());
    collected.expect(range, range.length(), Rung.ORIGIN);
    assertThat(fixture.blocks.scopes).isEmpty();
  }

  @Test
  void what_travels_with_a_read_reaches_the_filler() throws Exception {
    FakeFilling filling = new FakeFilling(FakeBlocks.content(LARGE, 0));
    filling.complete();
    fixture.blocks.fills = key -> filling;
    ReadScope scope =
        new ReadScope("trace.77", TrafficClass.WARM_UP, System.nanoTime() + 7_000_000_000L);
    client.read(
        fixture.address(),
        Kind.READ,
        BlockRange.whole(LARGE, 0),
        new Collected(1 << 20),
        scope,
        "ring-b");
    ReadScope got = fixture.blocks.scopes.getFirst();
    assertThat(got.traceId()).isEqualTo("trace.77");
    assertThat(got.trafficClass()).isEqualTo(TrafficClass.WARM_UP);
    assertThat(got.remainingMillis()).isBetween(1L, 7_000L);
    assertThat(fixture.otherRings).containsExactly("ring-b");
  }

  @Test
  void rotten_bytes_are_never_delivered_and_the_second_try_is_served_from_a_fill()
      throws Exception {
    for (int length : new int[] {10_000, FakeBlocks.BLOCK_BYTES}) {
      fixture.blocks.running.clear();
      Version version = FakeBlocks.version("rotten-" + length, length);
      BlockRange rotten = BlockRange.whole(version, 0);
      fixture.blocks.store(version, 0).rot(length - 100);
      FakeFilling filling = new FakeFilling(FakeBlocks.content(version, 0));
      filling.complete();
      fixture.blocks.fills = key -> filling;
      Collected collected = new Collected(1 << 20);
      assertThat(read(Kind.READ, rotten, collected)).isEqualTo(new Answer.Complete());
      collected.expect(rotten, length, Rung.ORIGIN);
      assertThat(fixture.blocks.suspects).contains(rotten.key());
    }
    assertThat(client.counters().checksumMismatches.sum()).isEqualTo(2);
    assertThat(fixture.port.counters().suspects.sum()).isEqualTo(2);
  }

  @Test
  void a_corrupt_header_is_a_miss() throws Exception {
    fixture.blocks.store(LARGE, 0).isHeaderCorrupt = true;
    BlockRange range = new BlockRange(LARGE, 0, 4_096, 4_096);
    assertThat(read(Kind.PEEK, range, new Collected(9))).isInstanceOf(Answer.Absent.class);
    FakeFilling filling = new FakeFilling(FakeBlocks.content(LARGE, 0));
    filling.complete();
    fixture.blocks.fills = key -> filling;
    Collected collected = new Collected(1 << 20);
    assertThat(read(Kind.READ, range, collected)).isEqualTo(new Answer.Complete());
    collected.expect(range, range.length(), Rung.ORIGIN);
  }

  @Test
  void cold_bytes_are_loaded_elsewhere_while_the_reader_sees_signs_of_life() throws Exception {
    FakeLease.Script script = fixture.blocks.store(LARGE, 0);
    script.isCold = true;
    script.loading = new CompletableFuture<>();
    BlockRange range = BlockRange.whole(LARGE, 0);
    Collected collected = new Collected(1 << 20);
    CompletableFuture<Answer> answer = readLater(range, collected);
    assertThat(script.loadAsked.await(5, TimeUnit.SECONDS)).isTrue();
    PortFixture.eventually("three signs", () -> client.counters().signsOfLife.sum() >= 3);
    script.loading.complete(null);
    assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Complete());
    collected.expect(range, range.length(), Rung.PEER);
  }

  @Test
  void a_disk_that_fails_is_a_miss_and_a_full_queue_is_busy() throws Exception {
    FakeLease.Script script = fixture.blocks.store(LARGE, 0);
    script.isCold = true;
    script.loading = CompletableFuture.failedFuture(new IOException("EIO"));
    BlockRange range = BlockRange.whole(LARGE, 0);
    assertThat(read(Kind.PEEK, range, new Collected(9))).isInstanceOf(Answer.Absent.class);
    script.loading = CompletableFuture.failedFuture(new RejectedExecutionException("full"));
    assertThat(read(Kind.PEEK, range, new Collected(9))).isInstanceOf(Answer.Busy.class);
    assertThat(fixture.port.counters().shed.sum()).isEqualTo(1);
  }

  @Test
  void a_node_that_breaks_down_over_a_request_says_so_and_serves_the_next() throws Exception {
    fixture.blocks.store(LARGE, 0).isThrowing = true;
    fixture.blocks.store(LARGE, 1);
    Answer answer = read(Kind.PEEK, BlockRange.whole(LARGE, 0), new Collected(9));
    assertThat(((Answer.Failed) answer).reason()).contains("internal error");
    assertThat(read(Kind.PEEK, BlockRange.whole(LARGE, 1), new Collected(1 << 20)))
        .isEqualTo(new Answer.Complete());
  }

  @Test
  void many_readers_at_once_all_get_their_bytes() throws Exception {
    fixture.blocks.store(LARGE, 0);
    fixture.blocks.store(LARGE, 1);
    FakeFilling filling = new FakeFilling(FakeBlocks.content(LARGE, 2));
    fixture.blocks.fills = key -> filling;
    try (PeerClient many = client(5_000)) {
      List<CompletableFuture<Void>> readers = new ArrayList<>();
      for (int i = 0; i < 48; i++) {
        int seed = i;
        CompletableFuture<Void> done = new CompletableFuture<>();
        readers.add(done);
        Thread.ofVirtual().start(() -> readMany(many, new Random(seed), done));
      }
      assertThat(filling.listenedTo.await(10, TimeUnit.SECONDS)).isTrue();
      while (filling.available() < filling.length()) {
        filling.advance(Math.min(10_000, filling.length() - filling.available()));
      }
      filling.end(new Answer.Complete());
      for (CompletableFuture<Void> reader : readers) {
        reader.get(30, TimeUnit.SECONDS);
      }
    }
  }

  private void readMany(PeerClient many, Random random, CompletableFuture<Void> done) {
    try {
      for (int i = 0; i < 12; i++) {
        BlockRange range = anyRange(random, i == 5 ? 2 : random.nextInt(2));
        Collected collected = new Collected(64 * 1024);
        Answer answer =
            many.read(
                fixture.address(),
                Kind.READ,
                range,
                collected,
                ReadScope.forReader(30_000),
                "ring-a");
        assertThat(answer).isEqualTo(new Answer.Complete());
        collected.expectBytes(range, range.length());
      }
      done.complete(null);
    } catch (IOException | AssertionError | RuntimeException e) {
      done.completeExceptionally(e);
    }
  }

  private Answer read(Kind kind, BlockRange range, ByteSink sink) throws IOException {
    return client.read(fixture.address(), kind, range, sink, ReadScope.forReader(10_000), "ring-a");
  }

  private CompletableFuture<Answer> readLater(BlockRange range, ByteSink sink) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                answer.complete(read(Kind.READ, range, sink));
              } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
    return answer;
  }

  private static BlockRange anyRange(Random random, int block) {
    return anyRange(LARGE, random, block);
  }

  private static BlockRange anyRange(Version version, Random random, int block) {
    int blockLength = version.blockLength(block);
    int offset = random.nextInt(blockLength);
    int most = random.nextBoolean() ? 10_000 : blockLength;
    int length = 1 + random.nextInt(Math.min(most, blockLength - offset));
    return new BlockRange(version, block, offset, length);
  }

  private PeerClient client(int silenceMillis) {
    PeerSettings defaults = PeerSettings.defaults();
    return new PeerClient(
        new PeerSettings(
            Duration.ofSeconds(2),
            Duration.ofMillis(silenceMillis * slowness()),
            32,
            Duration.ofSeconds(10),
            defaults.idleTimeout(),
            3,
            defaults.firstPause(),
            defaults.longestPause()),
        shown,
        (peer, ring) -> {});
  }

  /** Keeps what was committed. */
  private static final class Collected implements ByteSink {
    private final ByteBuffer room;
    private final ByteArrayOutputStream committed = new ByteArrayOutputStream();
    private Rung deepest = Rung.MEMORY;

    Collected(int roomBytes) {
      room = ByteBuffer.allocateDirect(roomBytes);
    }

    @Override
    public ByteBuffer claim(int maxBytes) {
      return room.clear().limit(Math.min(maxBytes, room.capacity()));
    }

    @Override
    public void commit(int bytes, Rung rung) {
      byte[] copy = new byte[bytes];
      room.get(0, copy);
      committed.writeBytes(copy);
      deepest = deepest.deeper(rung);
    }

    void expect(BlockRange range, int bytes, Rung rung) {
      expectBytes(range, bytes);
      assertThat(deepest).isEqualTo(rung);
    }

    void expectBytes(BlockRange range, int bytes) {
      byte[] content = FakeBlocks.content(range.version(), range.blockIndex());
      byte[] expected = Arrays.copyOfRange(content, range.offset(), range.offset() + bytes);
      assertThat(Arrays.equals(committed.toByteArray(), expected))
          .as("%d bytes of %s, %d committed", bytes, range, committed.size())
          .isTrue();
    }
  }
}
