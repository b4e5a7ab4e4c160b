package io.blockring.node.http.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LiveTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final FakeOperations operations = new FakeOperations();
  private final HttpClient client = HttpClient.newHttpClient();
  private AdminServer server;
  private int port;

  @BeforeEach
  void start() throws IOException {
    server = new AdminServer("127.0.0.1", 0, operations, new FakeNamespace(), () -> "");
    port = server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    client.shutdownNow();
  }

  private HttpResponse<InputStream> listen() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/live")).build();
    return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  /** The data of the next so many events, by their name. */
  private static Map<String, String> events(HttpResponse<InputStream> response, int count)
      throws IOException {
    // Not closed: the caller goes on listening.
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    Map<String, String> events = new LinkedHashMap<>();
    String name = "";
    while (events.size() < count) {
      String line = lines.readLine();
      if (line == null) {
        throw new IOException("the stream ended after " + events.keySet());
      }
      if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("data: ")) {
        events.put(name, line.substring(6));
      }
    }
    return events;
  }

  private AdminServer.LaneStatistics listeners() {
    return server.statistics().stream()
        .filter(lane -> lane.lane().equals("admin-listeners"))
        .findFirst()
        .orElseThrow();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private long timesAsked() {
    synchronized (operations.asked) {
      return operations.asked.stream().filter(what -> what.equals("status")).count();
    }
  }

  @Test
  void sends_the_documents_of_the_reference_page() throws Exception {
    HttpResponse<InputStream> response = listen();
    assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
    assertThat(response.headers().firstValue("cache-control")).contains("no-store");
    Map<String, String> events = events(response, 4);
    assertThat(events).containsOnlyKeys("status", "nodes", "warmups", "history");
    ReferencePage page = new ReferencePage();
    for (String name : List.of("status", "nodes", "history")) {
      String example = Objects.requireNonNull(page.endpoints.get("GET /api/v1/" + name)).answer();
      assertThat(JSON.readTree(events.get(name))).as(name).isEqualTo(JSON.readTree(example));
    }
    assertThat(JSON.readTree(events.get("warmups")).path("warmups").isArray()).isTrue();
    response.body().close();
  }

  @Test
  void gathers_once_for_all_and_not_at_all_when_nobody_listens() throws Exception {
    List<HttpResponse<InputStream>> responses = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      responses.add(listen());
    }
    long begin = System.nanoTime();
    for (int round = 0; round < 2; round++) {
      for (HttpResponse<InputStream> response : responses) {
        events(response, 4);
      }
    }
    long seconds = (System.nanoTime() - begin) / 1_000_000_000;
    assertThat(timesAsked()).isBetween(1L, 4 + seconds);
    for (HttpResponse<InputStream> response : responses) {
      response.body().close();
    }
    await(() -> listeners().underWay() == 0);
    long asked = timesAsked();
    // Longer than two rounds: a gatherer that went on would be seen.
    assertThat(new java.util.concurrent.CountDownLatch(1).await(2200, TimeUnit.MILLISECONDS))
        .isFalse();
    assertThat(timesAsked()).isEqualTo(asked);
  }

  @Test
  void one_listener_too_many_is_refused_with_the_limit_named() throws Exception {
    List<HttpResponse<InputStream>> responses = new ArrayList<>();
    for (int i = 0; i < AdminLimits.MAX_LISTENERS; i++) {
      responses.add(listen());
    }
    HttpResponse<InputStream> refused = listen();
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("retry-after")).contains("1");
    assertThat(new String(refused.body().readAllBytes(), StandardCharsets.UTF_8))
        .contains("admin-listeners", "the limit is " + AdminLimits.MAX_LISTENERS);
    assertThat(listeners().shed()).isEqualTo(1);
    responses.getFirst().body().close();
    await(() -> listeners().underWay() == AdminLimits.MAX_LISTENERS - 1);
    HttpResponse<InputStream> next = listen();
    assertThat(next.statusCode()).isEqualTo(200);
    responses.add(next);
    for (HttpResponse<InputStream> response : responses) {
      response.body().close();
    }
  }

  @Test
  void a_listener_that_takes_nothing_is_dropped_and_others_are_served() throws Exception {
    operations.sizeOfEvents = 4 << 20;
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(16 * 1024);
      slow.connect(new java.net.InetSocketAddress("127.0.0.1", port));
      slow.getOutputStream()
          .write(
              "GET /api/v1/live HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      await(() -> listeners().underWay() == 1);
      HttpResponse<InputStream> quick = listen();
      long begin = System.nanoTime();
      while (listeners().underWay() == 2) {
        events(quick, 4);
        assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(20));
      }
      assertThat(System.nanoTime() - begin)
          .isGreaterThan(AdminLimits.MAX_LISTENER_STALL.toNanos() / 2);
      assertThat(events(quick, 4)).hasSize(4);
      quick.body().close();
    }
  }

  @Test
  void stopping_the_node_ends_the_stream_at_once() throws Exception {
    HttpResponse<InputStream> response = listen();
    events(response, 4);
    long begin = System.nanoTime();
    server.close();
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(2));
    assertThatThrownBy(() -> events(response, 100)).isInstanceOf(IOException.class);
  }

  @Test
  void a_state_that_cannot_be_had_is_a_comment_and_the_next_is_sent() throws Exception {
    operations.nextFailure = new OperationException(OperationException.Kind.UNAVAILABLE, "not now");
    HttpResponse<InputStream> response = listen();
    assertThat(events(response, 4)).hasSize(4);
    response.body().close();
  }
}
