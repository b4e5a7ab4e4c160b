package io.blockring.client.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.Routes;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.peer.BlockWire.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a reader does while a peer takes its time: it looks aside, and asks no bucket twice. */
class LatePeerTest {
  private static final byte[] CONTENT = WireReplies.content(300_000);
  private static final BlockRange WHOLE = BlockRange.whole(WireReplies.version(300_000), 0);

  private final PeerClient client =
      new PeerClient(PeerSettings.defaults(), (peer, fingerprint) -> {});
  private final CountDownLatch testOver = new CountDownLatch(1);

  @AfterEach
  void close() {
    testOver.countDown();
    client.close();
  }

  @Test
  void reads_a_late_block_from_another_that_has_it() throws Exception {
    try (ScriptedPeer late = silent();
        ScriptedPeer other = withBlock()) {
      Sinks.Collecting sink = new Sinks.Collecting(1 << 20, true);
      assertThat(read(late, other, sink)).isEqualTo(new Answer.Complete());
      assertThat(sink.bytes()).isEqualTo(CONTENT);
      assertThat(other.requests.get(0)).startsWith("HEAD ").contains("x-blockring-kind: peek");
      assertThat(other.requests.get(1)).startsWith("GET ").contains("x-blockring-kind: peek");
      assertThat(client.counters().leftLate.sum()).isEqualTo(1);
    }
  }

  @Test
  void leaves_one_that_says_that_its_disk_takes_its_time() throws Exception {
    try (ScriptedPeer late =
            saying("HTTP/1.1 102 Processing\r\nx-blockring-form: resident\r\n\r\n");
        ScriptedPeer other = withBlock()) {
      Sinks.Collecting sink = new Sinks.Collecting(1 << 20, true);
      assertThat(read(late, other, sink)).isEqualTo(new Answer.Complete());
      assertThat(client.counters().leftLate.sum()).isEqualTo(1);
    }
  }

  @Test
  void waits_for_an_owner_that_says_that_it_fills() throws Exception {
    CountDownLatch wasLate = new CountDownLatch(1);
    try (ScriptedPeer owner =
            new ScriptedPeer(
                (request, socket) -> {
                  for (int signs = 0; signs < 3; signs++) {
                    send(socket.getOutputStream(), "HTTP/1.1 102 Processing\r\n\r\n");
                    await(wasLate, 100);
                  }
                  socket.getOutputStream().write(WireReplies.filling(WHOLE, CONTENT));
                  return false;
                });
        ScriptedPeer other = withBlock()) {
      Sinks.Collecting sink = new Sinks.Collecting(1 << 20, true);
      assertThat(read(owner, other, sink)).isEqualTo(new Answer.Complete());
      assertThat(other.requests).isEmpty();
      assertThat(client.leftAlone()).isEmpty();
    }
  }

  @Test
  void waits_on_when_nobody_else_has_it() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    byte[] absent = WireReplies.refusal(WHOLE, 404, "absent", "");
    try (ScriptedPeer late =
            new ScriptedPeer(
                (request, socket) -> {
                  await(asked, 10_000);
                  socket.getOutputStream().write(WireReplies.resident(WHOLE, CONTENT));
                  return false;
                });
        ScriptedPeer other =
            new ScriptedPeer(
                (request, socket) -> {
                  socket.getOutputStream().write(absent);
                  asked.countDown();
                  return false;
                })) {
      Sinks.Collecting sink = new Sinks.Collecting(1 << 20, true);
      assertThat(read(late, other, sink)).isEqualTo(new Answer.Complete());
      assertThat(sink.bytes()).isEqualTo(CONTENT);
      assertThat(client.counters().leftLate.sum()).isZero();
    }
  }

  @Test
  void who_was_silent_is_asked_last_and_tried_beside_the_readers_until_it_answers()
      throws Exception {
    byte[] busy = WireReplies.refusal(WHOLE, 503, "busy", "");
    try (ScriptedPeer bad = ScriptedPeer.sending(busy);
        ScriptedPeer good = withBlock()) {
      List<Routes.Member> line = List.of(member("bad", bad), member("good", good));
      assertThat(client.inOrder(line, 1, WHOLE)).isEqualTo(line);
      for (int i = 0; i < PeerSettings.defaults().failuresBeforePause(); i++) {
        client.health().failed(bad.address(), "it was unplugged");
      }
      assertThat(client.leftAlone())
          .singleElement()
          .satisfies(left -> assertThat(left.because()).isEqualTo("it was unplugged"));
      assertThat(client.inOrder(line, 1, WHOLE)).isEqualTo(line.reversed());
      long end = System.nanoTime() + 10_000_000_000L;
      while (client.isLeftAlone(bad.address()) && System.nanoTime() < end) {
        client.inOrder(line, 1, WHOLE);
        Thread.onSpinWait();
      }
      assertThat(client.inOrder(line, 1, WHOLE)).isEqualTo(line);
      assertThat(client.counters().probes.sum()).isPositive();
    }
  }

  private Answer read(ScriptedPeer first, ScriptedPeer other, Sinks.Collecting sink)
      throws IOException {
    return client.read(
        new PeerClient.Question(first.address(), Kind.READ, List.of(other.address()), ""),
        WHOLE,
        sink,
        WireReplies.scope(10_000));
  }

  private ScriptedPeer silent() throws IOException {
    return saying("");
  }

  private ScriptedPeer saying(String first) throws IOException {
    return new ScriptedPeer(
        (request, socket) -> {
          send(socket.getOutputStream(), first);
          await(testOver, 30_000);
          return false;
        });
  }

  /** Answers with the head only when that is asked. */
  private static ScriptedPeer withBlock() throws IOException {
    ScriptedPeer[] self = new ScriptedPeer[1];
    self[0] =
        new ScriptedPeer(
            (request, socket) -> {
              byte[] reply = WireReplies.resident(WHOLE, CONTENT);
              boolean isHead = self[0].requests.getLast().startsWith("HEAD");
              int end = new String(reply, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
              socket.getOutputStream().write(reply, 0, isHead ? end : reply.length);
              return true;
            });
    return self[0];
  }

  private static Routes.Member member(String id, ScriptedPeer peer) {
    return new Routes.Member(id, peer.address().host(), peer.address().port(), 1, false);
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static void await(CountDownLatch latch, long millis) throws IOException {
    try {
      latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
