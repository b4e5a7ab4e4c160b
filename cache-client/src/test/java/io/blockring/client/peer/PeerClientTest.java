package io.blockring.client.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.origin.OriginException;
import io.blockring.client.peer.BlockWire.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the reader makes of every kind of peer. None of its answers ever carries a wrong byte. */
class PeerClientTest {
  private static final byte[] CONTENT = WireReplies.content(300_000);
  private static final BlockRange WHOLE = BlockRange.whole(WireReplies.version(300_000), 0);

  private final List<String> otherRings = new ArrayList<>();
  private final PeerClient client =
      new PeerClient(settings(250, 2), (peer, ring) -> otherRings.add(ring));

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void takes_the_resident_form() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.sending(WireReplies.resident(WHOLE, CONTENT))) {
      Sinks.Collecting sink = new Sinks.Collecting(1 << 20, true);
      assertThat(read(peer, WHOLE, sink)).isEqualTo(new Answer.Complete());
      assertThat(sink.bytes()).isEqualTo(CONTENT);
      assertThat(sink.deepest).isEqualTo(Rung.PEER);
    }
  }

  @Test
  void takes_the_filling_form_and_passes_its_rung_on() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.sending(WireReplies.filling(WHOLE, CONTENT))) {
      Sinks.Collecting sink = new Sinks.Collecting(1 << 20, true);
      assertThat(read(peer, WHOLE, sink)).isEqualTo(new Answer.Complete());
      assertThat(sink.bytes()).isEqualTo(CONTENT);
      assertThat(sink.deepest).isEqualTo(Rung.ORIGIN);
      assertThat(client.counters().signsOfLife.sum()).isEqualTo(2);
    }
  }

  @Test
  void any_range_into_any_room_is_byte_for_byte_right() throws Exception {
    long seed = 7_071;
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int offset = random.nextInt(CONTENT.length);
      int length = 1 + random.nextInt(CONTENT.length - offset);
      BlockRange range = new BlockRange(WHOLE.version(), 0, offset, length);
      boolean isResident = random.nextBoolean();
      byte[] reply =
          isResident
              ? WireReplies.resident(range.wholeCells(), CONTENT)
              : WireReplies.filling(range.wholeCells(), CONTENT);
      int room = 1 + random.nextInt(random.nextBoolean() ? 9_000 : 200_000);
      Sinks.Collecting sink = new Sinks.Collecting(room, random.nextBoolean());
      try (ScriptedPeer peer = ScriptedPeer.sending(reply)) {
        assertThat(read(peer, range, sink))
            .as("seed %d round %d: %s, room %d", seed, round, range, room)
            .isEqualTo(new Answer.Complete());
        assertThat(sink.bytes()).isEqualTo(WireReplies.slice(CONTENT, offset, length));
      }
    }
  }

  @Test
  void a_peer_that_dies_at_any_byte_leaves_a_right_beginning() throws Exception {
    BlockRange range = new BlockRange(WHOLE.version(), 0, 4096, 2 * 4096);
    for (boolean isResident : new boolean[] {true, false}) {
      byte[] reply =
          isResident ? WireReplies.resident(range, CONTENT) : WireReplies.filling(range, CONTENT);
      for (int cut = 0; cut < reply.length; cut += cut < 800 ? 1 : 13) {
        expectRightBeginning(range, Arrays.copyOf(reply, cut), "cut at " + cut);
      }
    }
  }

  @Test
  void a_flipped_bit_anywhere_is_never_delivered() throws Exception {
    BlockRange range = new BlockRange(WHOLE.version(), 0, 4096, 2 * 4096);
    long seed = 99;
    Random random = new Random(seed);
    for (boolean isResident : new boolean[] {true, false}) {
      byte[] reply =
          isResident ? WireReplies.resident(range, CONTENT) : WireReplies.filling(range, CONTENT);
      for (int flips = 0; flips < 1_500; flips++) {
        int bit = random.nextInt(flips < 1_000 ? 450 * 8 : reply.length * 8);
        byte[] flipped = reply.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        expectRightBeginning(range, flipped, "seed " + seed + ", bit " + bit);
      }
    }
  }

  /** Complete only with all bytes right; otherwise failed with a right beginning. */
  private void expectRightBeginning(BlockRange range, byte[] reply, String what) throws Exception {
    // A fresh client, so that the failures of others do not pause this peer.
    try (ScriptedPeer peer = ScriptedPeer.sending(reply);
        PeerClient fresh = new PeerClient(settings(250, 2), (from, ring) -> {})) {
      Sinks.Collecting sink = new Sinks.Collecting(5_000, true);
      Answer answer =
          fresh.read(peer.address(), Kind.READ, range, sink, WireReplies.scope(5_000), "");
      byte[] wanted = WireReplies.slice(CONTENT, range.offset(), range.length());
      assertThat(sink.bytes()).as(what).isEqualTo(Arrays.copyOf(wanted, sink.bytes().length));
      boolean isWhole = sink.bytes().length == wanted.length;
      assertThat(answer instanceof Answer.Complete).as("%s: %s", what, answer).isEqualTo(isWhole);
      if (!isWhole) {
        assertThat(answer).as(what).isInstanceOf(Answer.Failed.class);
      }
    }
  }

  @Test
  void asks_once_more_with_suspicion_after_a_wrong_checksum() throws Exception {
    byte[] wrong = WireReplies.resident(WHOLE, CONTENT);
    wrong[wrong.length - 5_000] ^= 1;
    int committedFirst = 256 * 1024;
    try (ScriptedPeer peer =
        new ScriptedPeer(
            (request, socket) -> {
              BlockRange rest = WHOLE.after(committedFirst);
              socket
                  .getOutputStream()
                  .write(request == 0 ? wrong : WireReplies.resident(rest, CONTENT));
              return true;
            })) {
      Sinks.Collecting sink = new Sinks.Collecting(1 << 20, true);
      assertThat(read(peer, WHOLE, sink)).isEqualTo(new Answer.Complete());
      assertThat(sink.bytes()).isEqualTo(CONTENT);
      assertThat(peer.requests.get(0)).doesNotContain(BlockWire.SUSPECT);
      assertThat(peer.requests.get(1)).contains(BlockWire.SUSPECT + ": 1");
      assertThat(client.counters().checksumMismatches.sum()).isEqualTo(1);
    }
  }

  @Test
  void fails_when_the_second_answer_is_wrong_too() throws Exception {
    byte[] wrong = WireReplies.filling(WHOLE, CONTENT);
    wrong[1_000] ^= 1;
    try (ScriptedPeer peer = ScriptedPeer.sending(wrong)) {
      Sinks.Collecting sink = new Sinks.Collecting(1 << 20, true);
      assertThat(read(peer, WHOLE, sink)).isInstanceOf(Answer.Failed.class);
      assertThat(sink.bytes()).isEmpty();
      assertThat(client.counters().checksumMismatches.sum()).isEqualTo(2);
      assertThat(client.health().failures(peer.address())).isEqualTo(1);
    }
  }

  @Test
  void refusals_mean_what_status_and_reason_say_together() throws Exception {
    assertThat(refused(404, "absent", "")).isInstanceOf(Answer.Absent.class);
    assertThat(refused(404, "unknown-mount", "")).isInstanceOf(Answer.Absent.class);
    assertThat(refused(412, "changed", "")).isInstanceOf(Answer.Changed.class);
    assertThat(refused(502, "failed", "")).isInstanceOf(Answer.Failed.class);
    assertThat(refused(504, "deadline", "")).isInstanceOf(Answer.Failed.class);
    assertThat(refused(400, "malformed", "")).isInstanceOf(Answer.Failed.class);
    Answer busy = refused(503, "busy", "x-blockring-retry-after: 1500\r\n");
    assertThat(((Answer.Busy) busy).retryAfter()).isEqualTo(Duration.ofMillis(1500));
    Answer.OriginTrouble trouble =
        (Answer.OriginTrouble)
            refused(
                424,
                "origin-trouble",
                "x-blockring-origin: THROTTLED\r\nx-blockring-retry-after: 70\r\n");
    assertThat(trouble.kind()).isEqualTo(OriginException.Kind.THROTTLED);
    assertThat(trouble.retryAfter()).isEqualTo(Duration.ofMillis(70));
    assertThat(trouble.reason()).contains("why");
  }

  @Test
  void refusals_that_contradict_themselves_are_failures() throws Exception {
    assertThat(refused(412, "absent", "")).isInstanceOf(Answer.Failed.class);
    assertThat(refused(404, "changed", "")).isInstanceOf(Answer.Failed.class);
    assertThat(refused(424, "origin-trouble", "")).isInstanceOf(Answer.Failed.class);
    assertThat(refused(204, "absent", "")).isInstanceOf(Answer.Failed.class);
    BlockRange other = BlockRange.whole(WireReplies.version(299_999), 0);
    try (ScriptedPeer peer = ScriptedPeer.sending(WireReplies.refusal(other, 412, "changed", ""))) {
      assertThat(read(peer, WHOLE, new Sinks.Collecting(9, true)))
          .isInstanceOf(Answer.Failed.class);
    }
  }

  private Answer refused(int status, String reason, String more) throws IOException {
    try (ScriptedPeer peer =
        ScriptedPeer.sending(WireReplies.refusal(WHOLE, status, reason, more))) {
      Sinks.Collecting sink = new Sinks.Collecting(1 << 20, true);
      Answer answer = read(peer, WHOLE, sink);
      assertThat(sink.bytes()).isEmpty();
      return answer;
    }
  }

  @Test
  void a_frame_can_tell_why_a_fill_ended_early() throws Exception {
    byte[] whole = WireReplies.filling(WHOLE, CONTENT);
    int headLength = whole.length - CONTENT.length - 8 * 7;
    byte[] text = WireReplies.ascii("origin-trouble DENIED 0\nthe bucket said 403");
    byte[] reply = Arrays.copyOf(whole, headLength + 8 + 65_536 + 8 + text.length);
    System.arraycopy(
        WireReplies.ints(0x8000_0000 | text.length, WireReplies.crc(text, 0, text.length)),
        0,
        reply,
        headLength + 8 + 65_536,
        8);
    System.arraycopy(text, 0, reply, headLength + 8 + 65_536 + 8, text.length);
    try (ScriptedPeer peer = ScriptedPeer.sending(reply)) {
      Sinks.Collecting sink = new Sinks.Collecting(1 << 20, true);
      Answer answer = read(peer, WHOLE, sink);
      assertThat(answer).isInstanceOf(Answer.OriginTrouble.class);
      assertThat(((Answer.OriginTrouble) answer).kind()).isEqualTo(OriginException.Kind.DENIED);
      assertThat(((Answer.OriginTrouble) answer).reason()).endsWith("the bucket said 403");
      assertThat(sink.bytes()).isEqualTo(Arrays.copyOf(CONTENT, 65_536));
    }
  }

  @Test
  void keeps_connections_and_replaces_a_dead_one_without_a_failure() throws Exception {
    byte[] reply = WireReplies.resident(WHOLE, CONTENT);
    try (ScriptedPeer peer =
        new ScriptedPeer(
            (request, socket) -> {
              socket.getOutputStream().write(reply);
              if (request == 1) {
                socket.shutdownOutput();
              }
              return request != 1;
            })) {
      for (int i = 0; i < 2; i++) {
        assertThat(read(peer, WHOLE, new Sinks.Collecting(1 << 20, true)))
            .isEqualTo(new Answer.Complete());
      }
      assertThat(peer.connections).hasValue(1);
      assertThat(read(peer, WHOLE, new Sinks.Collecting(1 << 20, true)))
          .isEqualTo(new Answer.Complete());
      assertThat(peer.connections).hasValue(2);
      assertThat(client.counters().staleConnections.sum()).isEqualTo(1);
      assertThat(client.health().failures(peer.address())).isZero();
    }
  }

  @Test
  void a_silent_peer_fails_after_its_deadline_and_not_the_readers() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (ScriptedPeer peer = new ScriptedPeer((request, socket) -> awaits(never))) {
      long start = System.nanoTime();
      Answer answer = read(peer, WHOLE, new Sinks.Collecting(1 << 20, true));
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertThat(answer).isInstanceOf(Answer.Failed.class);
      assertThat(((Answer.Failed) answer).reason()).contains("no sign of life");
      assertThat(millis).isBetween(250L, 3_000L);
      assertThat(client.counters().silences.sum()).isEqualTo(1);
      assertThat(client.health().isPaused(peer.address())).isTrue();
    } finally {
      never.countDown();
    }
  }

  @Test
  void signs_of_life_keep_a_reader_patient_beyond_the_peers_deadline() throws Exception {
    byte[] reply = WireReplies.filling(WHOLE, CONTENT);
    try (ScriptedPeer peer =
        new ScriptedPeer(
            (request, socket) -> {
              for (int sign = 0; sign < 8; sign++) {
                socket
                    .getOutputStream()
                    .write(WireReplies.ascii("HTTP/1.1 102 Processing\r\n\r\n"));
                awaitMillis(100);
              }
              socket.getOutputStream().write(reply);
              return true;
            })) {
      Sinks.Collecting sink = new Sinks.Collecting(1 << 20, true);
      assertThat(read(peer, WHOLE, sink)).isEqualTo(new Answer.Complete());
      assertThat(sink.bytes()).isEqualTo(CONTENT);
      assertThat(client.counters().signsOfLife.sum()).isEqualTo(8 + 2);
    }
  }

  @Test
  void the_readers_own_deadline_ends_it_and_says_nothing_about_the_peer() throws Exception {
    try (ScriptedPeer peer =
        new ScriptedPeer(
            (request, socket) -> {
              while (true) {
                socket
                    .getOutputStream()
                    .write(WireReplies.ascii("HTTP/1.1 102 Processing\r\n\r\n"));
                awaitMillis(50);
              }
            })) {
      Answer answer =
          client.read(
              peer.address(),
              Kind.READ,
              WHOLE,
              new Sinks.Collecting(9, true),
              WireReplies.scope(400),
              "");
      assertThat(((Answer.Failed) answer).reason()).contains("the reader's deadline");
      assertThat(client.health().failures(peer.address())).isZero();
    }
  }

  @Test
  void a_closed_port_fails_and_after_three_times_is_left_alone() throws Exception {
    PeerAddress nobody;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = new PeerAddress("127.0.0.1", taken.getLocalPort());
    }
    for (int i = 0; i < 4; i++) {
      Answer answer =
          client.read(
              nobody,
              Kind.READ,
              WHOLE,
              new Sinks.Collecting(9, true),
              WireReplies.scope(1_000),
              "");
      assertThat(((Answer.Failed) answer).reason())
          .contains(i < 3 ? "failed" : "left alone after 3 failures");
    }
    assertThat(client.counters().failedConnections.sum()).isEqualTo(3);
    assertThat(client.counters().paused.sum()).isEqualTo(1);
  }

  @Test
  void a_name_that_cannot_be_looked_up_fails() throws Exception {
    Answer answer =
        client.read(
            new PeerAddress("no-such-host.invalid", 7071),
            Kind.READ,
            WHOLE,
            new Sinks.Collecting(9, true),
            WireReplies.scope(5_000),
            "");
    assertThat(((Answer.Failed) answer).reason()).contains("no-such-host.invalid");
  }

  @Test
  void is_busy_when_all_connections_are_in_use() throws Exception {
    CountDownLatch asked = new CountDownLatch(2);
    CountDownLatch release = new CountDownLatch(1);
    byte[] reply = WireReplies.resident(WHOLE, CONTENT);
    try (PeerClient patient = new PeerClient(settings(10_000, 2), (from, ring) -> {});
        ScriptedPeer peer =
            new ScriptedPeer(
                (request, socket) -> {
                  asked.countDown();
                  awaits(release);
                  socket.getOutputStream().write(reply);
                  return true;
                })) {
      List<CompletableFuture<Answer>> readers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        CompletableFuture<Answer> reader = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> reader.complete(readWith(patient, peer)));
        readers.add(reader);
      }
      assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(readWith(patient, peer)).isInstanceOf(Answer.Busy.class);
      release.countDown();
      for (CompletableFuture<Answer> reader : readers) {
        assertThat(reader.get(5, TimeUnit.SECONDS)).isEqualTo(new Answer.Complete());
      }
      assertThat(patient.counters().shed.sum()).isEqualTo(1);
    }
  }

  @Test
  void what_the_sink_throws_is_passed_on_and_the_connection_is_not_kept() throws Exception {
    try (ScriptedPeer peer =
        new ScriptedPeer(
            (request, socket) -> {
              socket.getOutputStream().write(WireReplies.resident(WHOLE, CONTENT));
              return true;
            })) {
      Sinks.Collecting broken = new Sinks.Collecting(8_192, true);
      broken.failAfterBytes = 20_000;
      assertThatThrownBy(() -> read(peer, WHOLE, broken)).hasMessage("the reader is gone");
      Sinks.Collecting sink = new Sinks.Collecting(1 << 20, true);
      assertThat(read(peer, WHOLE, sink)).isEqualTo(new Answer.Complete());
      assertThat(sink.bytes()).isEqualTo(CONTENT);
      assertThat(peer.connections).hasValue(2);
    }
  }

  @Test
  void an_interrupted_reader_fails_and_stays_interrupted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    try (ScriptedPeer peer =
        new ScriptedPeer(
            (request, socket) -> {
              asked.countDown();
              return awaits(never);
            })) {
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      try (PeerClient patient = new PeerClient(settings(10_000, 2), (from, ring) -> {})) {
        Thread reader =
            Thread.ofVirtual()
                .start(
                    () -> {
                      answer.complete(readWith(patient, peer));
                      interrupted.complete(Thread.currentThread().isInterrupted());
                    });
        assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
        reader.interrupt();
        assertThat(((Answer.Failed) answer.get(5, TimeUnit.SECONDS)).reason())
            .contains("interrupted");
        assertThat(interrupted.get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(patient.health().failures(peer.address())).isZero();
      }
    } finally {
      never.countDown();
    }
  }

  @Test
  void tells_of_a_ring_that_is_not_its_own() throws Exception {
    byte[] reply = WireReplies.refusal(WHOLE, 404, "absent", BlockWire.RING + ": theirs\r\n");
    try (ScriptedPeer peer = ScriptedPeer.sending(reply)) {
      for (String ours : List.of("ours", "theirs")) {
        client.read(
            peer.address(),
            Kind.PEEK,
            WHOLE,
            new Sinks.Collecting(9, true),
            WireReplies.scope(1_000),
            ours);
      }
      assertThat(otherRings).containsExactly("theirs");
      assertThat(peer.requests.getFirst())
          .startsWith("GET /v1/blocks/" + WHOLE.version().name().mount() + "/0/models%2F%C3%A4%20b")
          .contains("x-blockring-kind: peek\r\n", "x-blockring-ring: ours\r\n");
    }
  }

  private Answer read(ScriptedPeer peer, BlockRange range, Sinks.Collecting sink)
      throws IOException {
    return client.read(peer.address(), Kind.READ, range, sink, WireReplies.scope(10_000), "");
  }

  private static Answer readWith(PeerClient client, ScriptedPeer peer) {
    try {
      return client.read(
          peer.address(),
          Kind.READ,
          WHOLE,
          new Sinks.Collecting(1 << 20, true),
          WireReplies.scope(10_000),
          "");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PeerSettings settings(int silenceMillis, int connections) {
    PeerSettings defaults = PeerSettings.defaults();
    return new PeerSettings(
        Duration.ofSeconds(2),
        Duration.ofMillis(silenceMillis),
        connections,
        Duration.ofMillis(100),
        defaults.idleTimeout(),
        3,
        Duration.ofSeconds(5),
        Duration.ofSeconds(5));
  }

  private static boolean awaits(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** Time itself is what is tested here: a peer that is slow by this much. */
  private static void awaitMillis(long millis) {
    try {
      new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
