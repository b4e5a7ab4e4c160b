package io.blockring.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.blockring.demo.OriginRequest.Operation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CountingProxyTest {
  private static final SampleFile FILE = SampleFile.ofBytes("one", 300_000, 5);
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Set<Integer> connections = ConcurrentHashMap.newKeySet();
  private HttpServer bucket;
  private CountingProxy proxy;
  private volatile byte[] uploaded = new byte[0];

  @BeforeEach
  void start() throws IOException {
    bucket = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    bucket.createContext("/", this::answer);
    bucket.start();
    proxy = CountingProxy.start(bucket.getAddress());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    bucket.stop(0);
    client.close();
  }

  @Test
  void passes_bodies_on_and_counts_their_bytes_exactly() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(get("/bucket/key").body()).isEqualTo(content());
    }
    assertThat(get("/bucket?list-type=2&prefix=a/b").body()).isEqualTo(content());
    assertThat(proxy.traffic().requests(Operation.GET)).isEqualTo(3);
    assertThat(proxy.traffic().bytes(Operation.GET)).isEqualTo(900_000);
    assertThat(proxy.traffic().requests(Operation.LIST)).isEqualTo(1);
    assertThat(proxy.traffic().allRequests()).isEqualTo(4);
    assertThat(connections).hasSize(1);
  }

  @Test
  void chunked_bodies_count_without_their_framing() throws Exception {
    assertThat(get("/bucket/chunked").body()).isEqualTo(content());
    assertThat(proxy.traffic().bytes(Operation.GET)).isEqualTo(300_000);
  }

  @Test
  void a_head_request_has_a_length_and_no_body() throws Exception {
    HttpRequest head = request("/bucket/key").HEAD().build();
    var response = client.send(head, HttpResponse.BodyHandlers.discarding());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(get("/bucket/key").body()).isEqualTo(content());
    assertThat(proxy.traffic().requests(Operation.HEAD)).isEqualTo(1);
    assertThat(proxy.traffic().bytes(Operation.HEAD)).isZero();
  }

  @Test
  void uploads_pass_with_and_without_expect_continue() throws Exception {
    for (boolean isExpecting : new boolean[] {true, false}) {
      uploaded = new byte[0];
      var body = HttpRequest.BodyPublishers.ofByteArray(content());
      HttpRequest put = request("/bucket/key").PUT(body).expectContinue(isExpecting).build();
      var response = client.send(put, HttpResponse.BodyHandlers.discarding());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(uploaded).isEqualTo(content());
    }
    assertThat(proxy.traffic().requests(Operation.PUT)).isEqualTo(2);
  }

  @Test
  void a_refused_request_is_counted_and_never_reaches_the_bucket() throws Exception {
    proxy.breakWith(_ -> new OriginFault.Refuse(503));
    assertThat(get("/bucket/key").statusCode()).isEqualTo(503);
    assertThat(proxy.traffic().requests(Operation.GET)).isEqualTo(1);
    assertThat(connections).isEmpty();
    proxy.heal();
    assertThat(get("/bucket/key").statusCode()).isEqualTo(200);
  }

  @Test
  void a_cut_body_is_counted_to_the_cut() {
    for (boolean isReset : new boolean[] {false, true}) {
      OriginTraffic before = proxy.traffic();
      proxy.breakWith(_ -> new OriginFault.Cut(100_001, isReset));
      assertThatThrownBy(() -> get("/bucket/key")).isInstanceOf(IOException.class);
      assertThat(proxy.traffic().since(before).bytes(Operation.GET)).isEqualTo(100_001);
    }
  }

  @Test
  void one_flipped_bit_is_where_the_script_says() throws Exception {
    proxy.breakWith(_ -> new OriginFault.Flip(70_000));
    byte[] body = get("/bucket/key").body();
    assertThat(FILE.firstDifference(0, ByteBuffer.wrap(body))).isEqualTo(70_000);
  }

  @Test
  void hanging_and_stalling_answers_never_end() {
    for (OriginFault fault : new OriginFault[] {new OriginFault.Hang(), new OriginFault.Stall(5)}) {
      proxy.breakWith(_ -> fault);
      HttpRequest impatient = request("/bucket/key").timeout(Duration.ofMillis(200)).build();
      var body = client.sendAsync(impatient, HttpResponse.BodyHandlers.ofByteArray());
      assertThatThrownBy(
              () -> body.orTimeout(400, java.util.concurrent.TimeUnit.MILLISECONDS).join())
          .hasRootCauseInstanceOf(
              fault instanceof OriginFault.Hang
                  ? HttpTimeoutException.class
                  : java.util.concurrent.TimeoutException.class);
    }
  }

  @Test
  void a_script_breaks_only_what_it_names() throws Exception {
    proxy.breakWith(
        request ->
            request.target().endsWith("bad") ? new OriginFault.Refuse(403) : OriginFault.NONE);
    assertThat(get("/bucket/bad").statusCode()).isEqualTo(403);
    assertThat(get("/bucket/good").body()).isEqualTo(content());
  }

  private HttpResponse<byte[]> get(String target) throws IOException, InterruptedException {
    return client.send(request(target).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpRequest.Builder request(String target) {
    URI uri = URI.create(proxy.endpoint() + target);
    return HttpRequest.newBuilder(uri).version(HttpClient.Version.HTTP_1_1).timeout(DEADLINE);
  }

  private void answer(HttpExchange exchange) throws IOException {
    connections.add(exchange.getRemoteAddress().getPort());
    try (exchange) {
      uploaded = exchange.getRequestBody().readAllBytes();
      boolean isChunked = exchange.getRequestURI().getPath().endsWith("chunked");
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", "300000");
        exchange.sendResponseHeaders(200, -1);
      } else if (exchange.getRequestMethod().equals("PUT")) {
        exchange.sendResponseHeaders(200, -1);
      } else {
        exchange.sendResponseHeaders(200, isChunked ? 0 : FILE.size());
        exchange.getResponseBody().write(content());
      }
    }
  }

  private static byte[] content() {
    ByteBuffer content = ByteBuffer.allocate((int) FILE.size());
    FILE.read(0, content);
    return content.array();
  }
}
