package io.blockring.node.http.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.ReadException;
import io.blockring.client.ReadException.Kind;
import io.blockring.node.http.s3.FakeNamespace.Fault;
import io.blockring.node.http.s3.S3Counters.Event;
import io.blockring.node.security.ApiKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a reader sees when rungs, readers or the endpoint itself are in trouble. */
@Timeout(60)
class S3FaultsTest {
  private final FakeNamespace namespace = new FakeNamespace();
  private S3Endpoint endpoint;
  private int port;

  @BeforeEach
  void start() throws IOException {
    namespace.addMount("models");
    restart(limits(256, 1024, Duration.ofSeconds(30), Duration.ofSeconds(30)));
  }

  private static S3Settings.Limits limits(
      int requests, int connections, Duration deadline, Duration stall) {
    return new S3Settings.Limits(
        connections, requests, Duration.ofMillis(100), 16 * 1024, deadline, stall, 2, 1, 64 * 1024);
  }

  private void restart(S3Settings.Limits limits) throws IOException {
    stop();
    endpoint =
        new S3Endpoint(
            new S3Settings(() -> ApiKeys.NONE, false, "", "us-east-1", limits), namespace);
    port = endpoint.listen("127.0.0.1", 0);
  }

  @AfterEach
  void stop() {
    if (endpoint != null) {
      endpoint.close(Duration.ofMillis(200));
    }
  }

  /** Waits for something that another thread is about to do. */
  private static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting until " + what).isLessThan(deadline);
      Thread.onSpinWait();
      Thread.yield();
    }
  }

  @Test
  void each_kind_of_failed_read_has_its_code() throws IOException {
    namespace.put("models", "k", 10);
    assertAnswered(Kind.DENIED, Duration.ZERO, 403, "AccessDenied", "");
    assertAnswered(Kind.THROTTLED, Duration.ofMillis(2_100), 503, "SlowDown", "3");
    assertAnswered(Kind.BUSY, Duration.ZERO, 503, "SlowDown", "1");
    assertAnswered(Kind.UNAVAILABLE, Duration.ZERO, 503, "ServiceUnavailable", "1");
  }

  private void assertAnswered(
      Kind kind, Duration retryAfter, int status, String code, String retryAfterHeader)
      throws IOException {
    ReadException cause = new ReadException(kind, "bucket said 7 of 9", retryAfter, null);
    try (RawHttp http = new RawHttp(port)) {
      for (String target : new String[] {"/models/k", "/models?list-type=2"}) {
        namespace.script(new Fault.OpenFails(cause));
        RawHttp.Response response = http.get(target);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.text())
            .contains("<Code>" + code + "</Code>")
            .contains("bucket said 7 of 9");
        assertThat(response.header("Retry-After")).isEqualTo(retryAfterHeader);
      }
    }
  }

  @Test
  void a_read_that_fails_before_the_head_has_left_is_a_proper_error() throws IOException {
    namespace.put("models", "k", 1_000_000);
    namespace.script(
        new Fault.ReadFails(0, new ReadException(Kind.UNAVAILABLE, "peer and bucket")));
    try (RawHttp http = new RawHttp(port)) {
      RawHttp.Response response = http.get("/models/k");
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.text()).contains("peer and bucket");
      assertThat(http.get("/models/k").status()).as("the connection lives on").isEqualTo(200);
    }
  }

  @Test
  void a_read_that_fails_later_resets_the_connection() throws IOException {
    Cells cells = namespace.put("models", "k", 1_000_000);
    for (Fault fault :
        List.of(
            new Fault.ReadFails(500_000, new ReadException(Kind.CHANGED, "overwritten")),
            new Fault.ReadBreaks(500_000))) {
      namespace.script(fault);
      try (RawHttp http = new RawHttp(port)) {
        http.send("GET", "/models/k");
        assertThat(http.receiveHead().header("Content-Length")).isEqualTo("1000000");
        assertThatThrownBy(() -> http.readFully(1_000_000))
            .isInstanceOf(SocketException.class)
            .hasMessageContaining("reset");
      }
    }
    assertThat(endpoint.counters().count(Event.RESET)).isEqualTo(2);
    try (RawHttp http = new RawHttp(port)) {
      assertThat(http.get("/models/k").body()).isEqualTo(cells.bytes(0, 1_000_000));
    }
  }

  @Test
  void what_no_contract_knows_is_an_internal_error_with_its_trace() throws IOException {
    namespace.put("models", "k", 10);
    namespace.script(new Fault.ReadBreaks(0));
    try (RawHttp http = new RawHttp(port)) {
      RawHttp.Response response = http.get("/models/k", "x-blockring-trace: t9");
      assertThat(response.status()).isEqualTo(500);
      assertThat(response.text())
          .contains("InternalError")
          .contains("t9")
          .doesNotContain("scripted");
    }
  }

  @Test
  void an_object_overwritten_before_its_first_byte_is_opened_again() throws IOException {
    namespace.put("models", "k", 10);
    ReadException changed = new ReadException(Kind.CHANGED, "now v2");
    namespace.script(new Fault.ReadFails(0, changed), new Fault.ReadFails(0, changed));
    try (RawHttp http = new RawHttp(port)) {
      assertThat(http.get("/models/k").status()).isEqualTo(200);
      namespace.script(
          new Fault.ReadFails(0, changed),
          new Fault.ReadFails(0, changed),
          new Fault.ReadFails(0, changed));
      RawHttp.Response response = http.get("/models/k");
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.text()).contains("now v2");
    }
  }

  @Test
  void a_long_read_goes_on_beyond_a_deadline_as_long_as_bytes_come() throws IOException {
    restart(limits(8, 8, Duration.ofNanos(1), Duration.ofSeconds(30)));
    Cells cells = namespace.put("models", "k", 1_000_000);
    ReadException late = new ReadException(Kind.UNAVAILABLE, "deadline");
    namespace.script(new Fault.ReadFails(300_000, late), new Fault.ReadFails(300_000, late));
    try (RawHttp http = new RawHttp(port)) {
      assertThat(http.get("/models/k").body()).isEqualTo(cells.bytes(0, 1_000_000));
      assertThat(namespace.calls)
          .contains("read k 0+1000000", "read k 300000+700000", "read k 600000+400000");
    }
  }

  @Test
  void a_reader_that_leaves_interrupts_its_read_at_once() throws Exception {
    namespace.put("models", "k", 1_000_000);
    CountDownLatch reached = new CountDownLatch(1);
    namespace.script(new Fault.ReadWaits(500_000, reached, new CountDownLatch(1)));
    try (RawHttp http = new RawHttp(port)) {
      http.send("GET", "/models/k");
      assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
    }
    until("the read is interrupted", () -> namespace.lastReadEnd.get() != null);
    assertThat(namespace.lastReadEnd.get()).isInstanceOf(InterruptedException.class);
    until("the request has ended", () -> endpoint.counters().active() == 0);
    until("it is counted", () -> endpoint.counters().count(Event.DISCONNECT) == 1);
    assertThat(endpoint.counters().count(Event.RESET)).isZero();
  }

  @Test
  void a_stalled_reader_holds_few_segments_and_is_reset_at_its_deadline() throws IOException {
    restart(limits(8, 8, Duration.ofSeconds(30), Duration.ofMillis(300)));
    long size = 64L * 1024 * 1024;
    namespace.put("models", "k", size);
    try (RawHttp http = new RawHttp(narrowSocket())) {
      http.send("GET", "/models/k");
      until("the read ends", () -> namespace.lastReadEnd.get() != null);
      assertThat(namespace.lastReadEnd.get())
          .isInstanceOf(ReaderGoneException.class)
          .hasMessageContaining("PT0.3S");
      long accepted = endpoint.counters().bytes(namespace.rung);
      assertThat(accepted).as("bytes taken from the rung").isLessThan(8L * 1024 * 1024);
      assertThatThrownBy(() -> http.readFully((int) size)).isInstanceOf(SocketException.class);
      until("it is counted", () -> endpoint.counters().count(Event.STALLED_READER) == 1);
    }
  }

  @Test
  void a_reader_that_stalls_on_the_last_bytes_is_reset_too() throws IOException {
    restart(limits(8, 8, Duration.ofSeconds(30), Duration.ofMillis(300)));
    int size = 4 * SendBuffers.SEGMENT_BYTES;
    namespace.put("models", "k", size);
    try (RawHttp http = new RawHttp(narrowSocket())) {
      http.send("GET", "/models/k");
      until("it is counted", () -> endpoint.counters().count(Event.STALLED_READER) == 1);
      assertThatThrownBy(() -> http.readFully(size)).isInstanceOf(SocketException.class);
    }
    until("the request has ended", () -> endpoint.counters().active() == 0);
  }

  private Socket narrowSocket() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  @Test
  void a_reader_that_pauses_gets_everything_in_the_end() throws Exception {
    Cells cells = namespace.put("models", "k", 4_000_000);
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    namespace.script(new Fault.ReadWaits(2_000_000, reached, release));
    try (RawHttp http = new RawHttp(port)) {
      http.send("GET", "/models/k");
      http.receiveHead();
      byte[] firstHalf = http.readFully(1_900_000);
      assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
      release.countDown();
      assertThat(firstHalf).isEqualTo(cells.bytes(0, 1_900_000));
      assertThat(http.readFully(2_100_000)).isEqualTo(cells.bytes(1_900_000, 2_100_000));
    }
  }

  @Test
  void a_request_beyond_the_limit_is_told_to_slow_down() throws Exception {
    restart(limits(1, 8, Duration.ofSeconds(30), Duration.ofSeconds(30)));
    namespace.put("models", "k", 10);
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    namespace.script(new Fault.ReadWaits(0, reached, release));
    try (RawHttp first = new RawHttp(port);
        RawHttp second = new RawHttp(port)) {
      first.send("GET", "/models/k");
      assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
      RawHttp.Response shed = second.get("/models/k");
      assertThat(shed.status()).isEqualTo(503);
      assertThat(shed.header("Retry-After")).isEqualTo("1");
      assertThat(shed.text())
          .contains("SlowDown")
          .contains("1 requests are at work")
          .contains("100 ms");
      assertThat(endpoint.counters().count(Event.SHED_REQUEST)).isEqualTo(1);
      release.countDown();
      assertThat(first.receive(false).status()).isEqualTo(200);
      assertThat(second.get("/models/k").status()).isEqualTo(200);
    }
  }

  @Test
  void connections_beyond_the_limit_are_closed_and_counted() throws IOException {
    restart(limits(8, 2, Duration.ofSeconds(30), Duration.ofSeconds(30)));
    namespace.put("models", "k", 10);
    try (RawHttp first = new RawHttp(port);
        RawHttp second = new RawHttp(port)) {
      assertThat(first.get("/models/k").status()).isEqualTo(200);
      assertThat(second.get("/models/k").status()).isEqualTo(200);
      try (RawHttp third = new RawHttp(port)) {
        assertThatThrownBy(() -> third.get("/models/k")).isInstanceOf(IOException.class);
      }
      assertThat(endpoint.counters().count(Event.SHED_CONNECTION)).isEqualTo(1);
      until("only two are open", () -> endpoint.counters().connections() == 2);
    }
    until("none are open", () -> endpoint.counters().connections() == 0);
    try (RawHttp fourth = new RawHttp(port)) {
      assertThat(fourth.get("/models/k").status()).isEqualTo(200);
    }
  }

  @Test
  void close_lets_a_response_under_way_end() throws Exception {
    Cells cells = namespace.put("models", "k", 1_000_000);
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    namespace.script(new Fault.ReadWaits(500_000, reached, release));
    try (RawHttp http = new RawHttp(port)) {
      http.send("GET", "/models/k");
      assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
      Thread closing = Thread.ofVirtual().start(() -> endpoint.close(Duration.ofSeconds(20)));
      until("newcomers are refused", () -> !isServing());
      release.countDown();
      http.receiveHead();
      assertThat(http.readFully(1_000_000)).isEqualTo(cells.bytes(0, 1_000_000));
      assertThat(closing.join(Duration.ofSeconds(10))).isTrue();
    }
  }

  private boolean isServing() {
    try (RawHttp probe = new RawHttp(port)) {
      return probe.get("/").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void an_announced_close_comes_after_the_last_byte() throws IOException {
    Cells cells = namespace.put("models", "k", 1_000_000);
    try (RawHttp http = new RawHttp(narrowSocket())) {
      http.send("GET", "/models/k", "Connection: close");
      http.receiveHead();
      assertThat(http.readFully(1_000_000)).isEqualTo(cells.bytes(0, 1_000_000));
      assertThat(http.read()).isEqualTo(-1);
    }
  }

  @Test
  void close_resets_what_does_not_end_in_time() throws Exception {
    namespace.put("models", "k", 1_000_000);
    CountDownLatch reached = new CountDownLatch(1);
    namespace.script(new Fault.ReadWaits(500_000, reached, new CountDownLatch(1)));
    try (RawHttp http = new RawHttp(port)) {
      http.send("GET", "/models/k");
      assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
      endpoint.close(Duration.ofMillis(100));
      assertThatThrownBy(() -> http.readFully(1_000_000)).isInstanceOf(IOException.class);
      until("the read is interrupted", () -> namespace.lastReadEnd.get() != null);
    }
  }

  @Test
  void segments_come_back_whatever_happens_to_responses() throws IOException {
    namespace.put("models", "k", 3_000_000);
    for (int round = 0; round < 50; round++) {
      try (RawHttp http = new RawHttp(port)) {
        if (round % 2 == 1) {
          assertThat(http.get("/models/k").body()).hasSize(3_000_000);
        } else {
          http.send("GET", "/models/k");
          http.receiveHead();
        }
      }
    }
    until("all requests have ended", () -> endpoint.counters().active() == 0);
    assertThat(endpoint.idleSegments()).isBetween(1, 4 * BodySink.WINDOW);
  }
}
