package io.blockring.client.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.Rung;
import io.blockring.client.manifest.Manifest;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.OriginException;
import io.blockring.client.peer.BlockWire.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the reader makes of every kind of reply to a batch. Never a wrong byte, never a mix-up. */
class BatchReadTest {
  private static final List<BlockRange> SMALL =
      List.of(whole("a", 300), whole("b", 4_097), whole("ü/c", 1));

  private final PeerClient client = client();

  private static PeerClient client() {
    PeerSettings defaults = PeerSettings.defaults();
    return new PeerClient(defaults.withSilence(Duration.ofMillis(250)), (peer, ring) -> {});
  }

  private static BlockRange whole(String key, int size) {
    return BlockRange.whole(WireBatches.version(key, size), 0);
  }

  @AfterEach
  void close() {
    client.close();
  }

  /** One batch: what was asked, where it went, what came of it. */
  private static final class Batch {
    final List<BlockRange> ranges;
    final List<Sinks.Collecting> sinks = new ArrayList<>();
    List<Answer> answers = List.of();

    Batch(List<BlockRange> ranges, int roomBytes) {
      this.ranges = ranges;
      ranges.forEach(range -> sinks.add(new Sinks.Collecting(roomBytes, sinks.size() % 2 == 0)));
    }

    Batch read(PeerClient client, ScriptedPeer peer) throws IOException {
      List<BatchedRead> reads =
          IntStream.range(0, ranges.size())
              .mapToObj(i -> new BatchedRead(ranges.get(i), sinks.get(i)))
              .toList();
      answers = client.readBatch(peer.address(), Kind.READ, reads, WireReplies.scope(5_000), "");
      return this;
    }

    /** Complete and right, or not a byte. */
    Batch expectNothingWrong(String what) {
      assertThat(answers).as(what).hasSize(ranges.size());
      for (int i = 0; i < ranges.size(); i++) {
        byte[] expected =
            answers.get(i) instanceof Answer.Complete ? wanted(ranges.get(i)) : new byte[0];
        assertThat(sinks.get(i).bytes())
            .as("%s: item %d: %s", what, i, answers.get(i))
            .isEqualTo(expected);
      }
      return this;
    }

    void expectComplete(Integer... complete) {
      List<Integer> found =
          IntStream.range(0, ranges.size())
              .filter(i -> answers.get(i) instanceof Answer.Complete)
              .boxed()
              .toList();
      assertThat(found).as("%s", answers).containsExactly(complete);
    }

    private static byte[] wanted(BlockRange range) {
      return WireReplies.slice(
          WireBatches.content(range.version()), range.offset(), range.length());
    }
  }

  private Batch read(ScriptedPeer peer) throws IOException {
    return new Batch(SMALL, 1 << 17).read(client, peer).expectNothingWrong("batch");
  }

  private Batch readFrom(byte[] reply) throws IOException {
    try (ScriptedPeer peer = ScriptedPeer.sending(reply)) {
      return read(peer);
    }
  }

  private static List<byte[]> records(List<BlockRange> ranges) {
    List<byte[]> records = new ArrayList<>();
    for (BlockRange range : ranges) {
      records.add(WireBatches.bytes(records.size(), range.wholeCells()));
    }
    return records;
  }

  @Test
  void takes_items_in_any_order_into_any_room_with_signs_of_life_between() throws Exception {
    long seed = 256;
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      List<BlockRange> ranges = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(40); i++) {
        Version version = WireBatches.version("object-" + i, 1 + random.nextInt(200_000));
        int offset = random.nextInt(version.blockLength(0));
        int length = 1 + random.nextInt(Math.min(60_000, version.blockLength(0) - offset));
        ranges.add(new BlockRange(version, 0, offset, length));
      }
      List<byte[]> records = records(ranges);
      records.add(WireBatches.sign());
      Collections.shuffle(records, random);
      try (ScriptedPeer peer = ScriptedPeer.sending(WireBatches.reply(ranges.size(), records))) {
        String what = "seed " + seed + " round " + round;
        Batch batch = new Batch(ranges, 1 + random.nextInt(70_000)).read(client, peer);
        batch.expectNothingWrong(what);
        assertThat(batch.answers).as(what).containsOnly(new Answer.Complete());
        assertThat(batch.sinks).allMatch(sink -> sink.deepest == Rung.PEER);
      }
    }
    assertThat(client.counters().signsOfLife.sum()).isEqualTo(100);
    assertThat(client.counters().batches.sum()).isEqualTo(100);
    assertThat(client.counters().failed.sum()).isZero();
  }

  @Test
  void names_each_item_in_the_body() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.sending(WireBatches.reply(3, records(SMALL)))) {
      read(peer).expectComplete(0, 1, 2);
      String head = peer.requests.getFirst();
      assertThat(head)
          .startsWith("POST /v1/batches/" + SMALL.getFirst().version().name().mount() + " HTTP/1.1")
          .contains("\r\nx-blockring-items: 3\r\n", "\r\nx-blockring-kind: read\r\n");
      ByteBuffer body = ByteBuffer.wrap(peer.bodies.getFirst());
      for (BlockRange range : SMALL) {
        byte[] key = new byte[body.getShort()];
        byte[] identity = new byte[body.getShort()];
        assertThat(body.getLong()).isEqualTo(range.version().size());
        assertThat(body.getInt()).isEqualTo(0);
        assertThat(body.getInt()).isEqualTo(0);
        assertThat(body.getInt()).isEqualTo(range.length());
        body.get(key).get(identity);
        assertThat(new String(key, StandardCharsets.UTF_8)).isEqualTo(range.version().name().key());
        assertThat(new String(identity, StandardCharsets.UTF_8))
            .isEqualTo(range.version().identity().toString());
      }
      assertThat(body.hasRemaining()).isFalse();
    }
  }

  @Test
  void a_reply_that_is_cut_anywhere_leaves_whole_items_and_nothing_else() throws Exception {
    byte[] reply = WireBatches.reply(3, records(SMALL));
    for (int cut = 0; cut < reply.length; cut += cut < 700 || cut > reply.length - 80 ? 1 : 13) {
      expectNothingWrong(Arrays.copyOf(reply, cut), "cut at " + cut);
    }
  }

  @Test
  void a_flipped_bit_anywhere_is_never_delivered() throws Exception {
    byte[] reply = WireBatches.reply(3, records(SMALL));
    long seed = 99;
    Random random = new Random(seed);
    for (int flips = 0; flips < 1_500; flips++) {
      int bit = random.nextInt(flips < 1_000 ? 600 * 8 : reply.length * 8);
      byte[] flipped = reply.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      expectNothingWrong(flipped, "seed " + seed + ", bit " + bit);
    }
  }

  private static void expectNothingWrong(byte[] reply, String what) throws IOException {
    // A fresh client, so that the failures of others do not pause this peer.
    try (ScriptedPeer peer = ScriptedPeer.sending(reply);
        PeerClient fresh = client()) {
      new Batch(SMALL, 5_000).read(fresh, peer).expectNothingWrong(what);
    }
  }

  @Test
  void wrong_bytes_cost_their_item_and_no_other() throws Exception {
    List<byte[]> records = records(SMALL);
    records.get(1)[200] ^= 1;
    Batch batch = readFrom(WireBatches.reply(3, records));
    batch.expectComplete(0, 2);
    assertThat(batch.answers.get(1)).isInstanceOf(Answer.Failed.class);
    assertThat(client.counters().checksumMismatches.sum()).isEqualTo(1);
  }

  @Test
  void bytes_of_another_item_are_never_taken() throws Exception {
    BlockRange a = SMALL.get(0);
    List<byte[]> swapped = records(SMALL);
    swapped.set(0, WireBatches.bytes(1, SMALL.get(0)));
    swapped.set(1, WireBatches.bytes(0, SMALL.get(1)));
    readFrom(WireBatches.reply(3, swapped)).expectComplete();
    // As long as it should be, and of another object.
    List<byte[]> other = records(SMALL);
    other.set(1, WireBatches.bytes(1, whole("other", 4_097)));
    readFrom(WireBatches.reply(3, other)).expectComplete(0);
    List<byte[]> twice = records(SMALL);
    twice.add(1, WireBatches.bytes(0, a));
    readFrom(WireBatches.reply(3, twice)).expectComplete(0);
  }

  @Test
  void a_part_of_the_right_block_at_the_wrong_place_is_never_taken() throws Exception {
    Version version = WireBatches.version("large", 20_000);
    BlockRange asked = new BlockRange(version, 0, 4_096, 8_192);
    BlockRange sent = new BlockRange(version, 0, 8_192, 8_192);
    try (ScriptedPeer peer =
        ScriptedPeer.sending(WireBatches.reply(1, List.of(WireBatches.bytes(0, sent))))) {
      new Batch(List.of(asked), 1 << 17).read(client, peer).expectNothingWrong("part");
    }
  }

  @Test
  void items_that_are_left_out_or_not_asked_for_break_the_reply() throws Exception {
    Batch short1 = readFrom(WireBatches.reply(3, records(SMALL).subList(0, 2)));
    short1.expectComplete(0, 1);
    assertThat(((Answer.Failed) short1.answers.get(2)).reason()).contains("1 not answered");
    List<byte[]> strange = records(SMALL);
    strange.add(1, WireBatches.bytes(3, SMALL.get(0)));
    readFrom(WireBatches.reply(3, strange)).expectComplete(0);
    List<byte[]> unknown = records(SMALL);
    unknown.add(2, WireBatches.record(2, 4, SMALL.get(2), new byte[0], new byte[0]));
    // Three failures in a row: the peers are different ones.
    readFrom(WireBatches.reply(3, unknown)).expectComplete(0, 1);
    readFrom(WireBatches.reply(4, records(SMALL))).expectComplete();
  }

  @Test
  void says_why_an_item_does_not_come() throws Exception {
    List<BlockRange> ranges =
        IntStream.range(0, 6).mapToObj(i -> whole("key-" + i, 1_000 + i)).toList();
    List<byte[]> records =
        List.of(
            WireBatches.trouble(0, ranges.get(0), "absent - 0\nnot here"),
            WireBatches.trouble(1, ranges.get(1), "changed - 0\noverwritten"),
            WireBatches.trouble(2, ranges.get(2), "busy - 700\nlater"),
            WireBatches.trouble(3, ranges.get(3), "origin-trouble DENIED 0\n403"),
            WireBatches.trouble(4, null, "deadline - 0\ntoo late"),
            WireBatches.bytes(5, ranges.get(5)));
    try (ScriptedPeer peer = ScriptedPeer.sending(WireBatches.reply(6, records))) {
      Batch batch = new Batch(ranges, 1 << 17).read(client, peer).expectNothingWrong("troubles");
      assertThat(batch.answers.get(0)).isInstanceOf(Answer.Absent.class);
      assertThat(batch.answers.get(1)).isInstanceOf(Answer.Changed.class);
      assertThat(batch.answers.get(2))
          .isInstanceOfSatisfying(
              Answer.Busy.class,
              busy -> assertThat(busy.retryAfter()).isEqualTo(Duration.ofMillis(700)));
      assertThat(batch.answers.get(3))
          .isInstanceOfSatisfying(
              Answer.OriginTrouble.class,
              trouble -> assertThat(trouble.kind()).isEqualTo(OriginException.Kind.DENIED));
      assertThat(batch.answers.get(4)).isInstanceOf(Answer.Failed.class);
      assertThat(batch.answers.get(5)).isEqualTo(new Answer.Complete());
    }
  }

  @Test
  void a_record_shorter_than_its_head_breaks_the_reply() throws Exception {
    List<byte[]> records = records(SMALL);
    for (int kind = 1; kind <= 3; kind++) {
      records.set(1, WireBatches.tooShort(1, kind, -10));
      readFrom(WireBatches.reply(3, records)).expectComplete(0);
    }
  }

  @Test
  void that_a_version_is_gone_must_be_said_of_that_version() throws Exception {
    List<byte[]> records = records(SMALL);
    records.set(1, WireBatches.trouble(1, SMALL.get(0), "changed - 0\noverwritten"));
    Batch batch = readFrom(WireBatches.reply(3, records));
    batch.expectComplete(0);
    assertThat(batch.answers.get(1)).isInstanceOf(Answer.Failed.class);
  }

  @Test
  void what_the_manifest_contradicts_is_not_taken() throws Exception {
    byte[] lie = WireBatches.content(SMALL.get(1).version());
    lie[4_000] ^= 1;
    List<byte[]> records = records(SMALL);
    records.set(1, WireBatches.bytes(1, SMALL.get(1), lie));
    for (BlockRange range : SMALL) {
      byte[] content = WireBatches.content(range.version());
      BitSet known = new BitSet();
      known.set(0);
      int[] crcs = {WireReplies.crc(content, 0, content.length)};
      client.manifests().learn(range.version(), new Manifest(crcs, known));
    }
    readFrom(WireBatches.reply(3, records)).expectComplete(0, 2);
    assertThat(client.counters().provedBytes.sum()).isEqualTo(301);
  }

  @Test
  void a_peer_of_an_older_version_is_asked_once() throws Exception {
    byte[] no =
        WireReplies.ascii(
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 4\r\nx-blockring-reason: malformed\r\n"
                + "connection: close\r\n\r\nwhy\n");
    BlockRange single = SMALL.get(0);
    try (ScriptedPeer peer =
        new ScriptedPeer(
            (request, socket) -> {
              byte[] content = WireBatches.content(single.version());
              socket
                  .getOutputStream()
                  .write(request == 0 ? no : WireReplies.resident(single, content));
              return false;
            })) {
      read(peer).expectComplete();
      read(peer).expectComplete();
      assertThat(peer.requests).hasSize(1);
      assertThat(client.health().failures(peer.address())).isZero();
      Sinks.Collecting sink = new Sinks.Collecting(1 << 17, true);
      assertThat(client.read(peer.address(), Kind.READ, single, sink, WireReplies.scope(5_000), ""))
          .isEqualTo(new Answer.Complete());
    }
  }

  @Test
  void a_peer_of_an_older_version_is_tried_again_in_time() {
    AtomicLong now = new AtomicLong();
    BatchKnowledge batches = new BatchKnowledge(now::get);
    PeerAddress peer = new PeerAddress("gpu-07", 7071);
    batches.refused(peer, Refusal.BUSY);
    assertThat(batches.isUnaware(peer)).isFalse();
    batches.refused(peer, Refusal.UNKNOWN_PATH);
    assertThat(batches.isUnaware(peer)).isTrue();
    now.addAndGet(BatchKnowledge.PAUSE.toNanos());
    assertThat(batches.isUnaware(peer)).isFalse();
  }

  @Test
  void a_refused_batch_is_a_refusal_of_every_item() throws Exception {
    byte[] no =
        WireReplies.ascii(
            "HTTP/1.1 503 No\r\ncontent-length: 4\r\nx-blockring-reason: busy\r\n"
                + "x-blockring-retry-after: 80\r\n\r\nwhy\n");
    assertThat(readFrom(no).answers).allMatch(answer -> answer instanceof Answer.Busy);
    assertThat(client.counters().busy.sum()).isEqualTo(3);
  }

  @Test
  void replaces_a_dead_connection_and_keeps_a_good_one() throws Exception {
    byte[] reply = WireBatches.reply(3, records(SMALL));
    try (ScriptedPeer peer =
        new ScriptedPeer(
            (request, socket) -> {
              socket.getOutputStream().write(reply);
              return request != 1;
            })) {
      for (int i = 0; i < 3; i++) {
        read(peer).expectComplete(0, 1, 2);
      }
      assertThat(peer.connections).hasValue(2);
      assertThat(client.counters().staleConnections.sum()).isEqualTo(1);
    }
  }

  @Test
  void a_peer_that_falls_silent_costs_what_has_not_come() throws Exception {
    byte[] reply = WireBatches.reply(3, records(SMALL));
    CountDownLatch never = new CountDownLatch(1);
    try (ScriptedPeer peer =
        new ScriptedPeer(
            (request, socket) -> {
              socket.getOutputStream().write(reply, 0, reply.length - 400);
              return awaits(never);
            })) {
      Batch batch = read(peer);
      batch.expectComplete(0);
      assertThat(((Answer.Failed) batch.answers.get(2)).reason()).contains("no sign of life");
      assertThat(client.health().isPaused(peer.address())).isTrue();
    } finally {
      never.countDown();
    }
  }

  private static boolean awaits(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return false;
  }

  @Test
  void a_range_too_large_for_a_batch_is_refused_at_once() {
    BlockRange range = whole("large", BatchWire.MAX_ITEM_BYTES + 1);
    assertThatThrownBy(() -> new BatchedRead(range, new Sinks.Collecting(1, false)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too large for a batch");
  }

  /** The wire has the number of a rung: theirs must not change. */
  @Test
  void rungs_keep_their_numbers() {
    assertThat(Rung.values())
        .containsExactly(Rung.MEMORY, Rung.SSD, Rung.PEER, Rung.ORIGIN, Rung.SOURCE_REGION);
  }
}
