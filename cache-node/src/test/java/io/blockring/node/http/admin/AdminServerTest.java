package io.blockring.node.http.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.blockring.client.ReadException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AdminServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OBJECT = "/api/v1/object?path=/models/sd/unet.safetensors";
  private static HttpClient client;

  private final FakeOperations operations = new FakeOperations();
  private final FakeNamespace namespace = new FakeNamespace();
  private AdminServer server;
  private int port;

  @BeforeAll
  static void startClient() {
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterAll
  static void stopClient() {
    client.close();
  }

  @BeforeEach
  void start() throws IOException {
    server = new AdminServer("127.0.0.1", 0, operations, namespace, () -> "reads_total 42\n");
    port = server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpRequest.Builder request(String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + pathAndQuery));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String pathAndQuery) throws Exception {
    return send(request(pathAndQuery));
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        request(path)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static JsonNode error(HttpResponse<String> response, int status, String code)
      throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode error = JSON.readTree(response.body()).path("error");
    assertThat(error.path("code").asText()).isEqualTo(code);
    assertThat(error.path("message").asText()).isNotEmpty();
    assertThat(error.path("traceId").asText())
        .isEqualTo(response.headers().firstValue("x-blockring-trace-id").orElseThrow());
    return error;
  }

  @Test
  void gives_every_answer_of_the_reference_page() throws Exception {
    ReferencePage page = new ReferencePage();
    for (var entry : page.endpoints.entrySet()) {
      ReferencePage.Example example = entry.getValue();
      if (example.answer().isEmpty()) {
        continue;
      }
      String method = entry.getKey().substring(0, entry.getKey().indexOf(' '));
      String path =
          entry
              .getKey()
              .substring(method.length() + 1)
              .replace("{node}", entry.getKey().endsWith("remove") ? "gpu-03" : "gpu-01")
              .replace("{mount}", "models")
              .replace("{id}", "w-1");
      if (path.endsWith("/list")) {
        path += "?path=/models/sd/&delimiter=/";
      } else if (path.endsWith("/plan")) {
        path += "?add=gpu-04:512:b&remove=gpu-02&weight=gpu-01=512,gpu-03=0";
      } else if (path.endsWith("/stat")) {
        path += "?path=/models/sd/unet.safetensors";
      }
      HttpResponse<String> response =
          method.equals("POST") ? post(path, example.request()) : get(path);
      assertThat(response.statusCode()).as(entry.getKey() + response.body()).isBetween(200, 201);
      assertThat(JSON.readTree(response.body()))
          .as(entry.getKey())
          .isEqualTo(JSON.readTree(example.answer()));
    }
    assertThat(operations.asked)
        .contains(
            "weight gpu-01 0",
            "maintenance gpu-01 PT30M",
            "drain gpu-01 at 2000000000",
            "undrain gpu-01",
            "isolated gpu-01 true 'its disk lies'",
            "isolated gpu-01 false ''",
            "plan RingChange[added=[RingMember[id=gpu-04, weight=512, zone=b]],"
                + " removed=[gpu-02], weights={gpu-01=512, gpu-03=0}]",
            "remove gpu-03",
            "bypass models PT10M",
            "keep PIN /models/sd after ''",
            "keep UNPIN /models/sd after ''",
            "keep EVICT /models/sd after '/models/sd/unet.safetensors'",
            "warmup [/models/sd]");
  }

  @Test
  void the_reference_page_has_every_endpoint_and_no_other() throws Exception {
    List<String> routes =
        new AdminApi(operations, namespace, new LiveFeed(operations), () -> "")
            .routes().stream().map(route -> route.method() + " " + route.template()).toList();
    assertThat(new ReferencePage().endpoints.keySet())
        .containsAll(routes)
        .hasSize(routes.size() + 1)
        .contains("GET /healthz");
  }

  @Test
  void the_reference_page_states_the_limits_that_are_kept() throws Exception {
    String text = new ReferencePage().text;
    assertThat(text)
        .contains("| " + AdminLimits.MAX_BODY_BYTES + " bytes |")
        .contains("| " + AdminLimits.MAX_HEADER_BYTES + " bytes each |")
        .contains("| connections to one node | " + AdminLimits.MAX_CONNECTIONS + " |")
        .contains(
            "| "
                + AdminLimits.MAX_REQUESTS
                + "; "
                + AdminLimits.MAX_STREAMS
                + "; "
                + AdminLimits.MAX_PROBES
                + " |")
        .contains("| a path | " + AdminLimits.MAX_PATH_BYTES + " bytes |")
        .contains(AdminLimits.MAX_LIST_ENTRIES + " (" + AdminLimits.DEFAULT_LIST_ENTRIES + " when")
        .contains("| `paths` of one warm-up | " + AdminLimits.MAX_WARMUP_PATHS + " |")
        .contains(
            "| "
                + AdminLimits.MAX_WARMUPS_SHOWN
                + ", "
                + AdminLimits.MAX_WARMUPS_LIVE
                + "; "
                + AdminLimits.MAX_FAILURES_SHOWN)
        .contains(
            "| "
                + AdminLimits.MAX_LISTENERS
                + "; "
                + AdminLimits.MAX_LISTENER_STALL.toSeconds()
                + " |")
        .contains("| `seconds` of history | " + AdminLimits.MAX_HISTORY.toSeconds() + " |")
        .contains("| a weight | " + AdminLimits.MAX_WEIGHT + " |")
        .contains("| `forSeconds` | " + AdminLimits.MAX_FOR.toSeconds() + " |")
        .contains("take 16 MiB | " + AdminLimits.MAX_STALL.toSeconds() + " s |")
        .contains(
            "(1 to "
                + AdminLimits.MAX_DEADLINE.toMillis()
                + "; without it "
                + AdminLimits.DEFAULT_DEADLINE.toMillis()
                + ")");
    assertThat(ObjectStream.WINDOW_BYTES).isEqualTo(16 << 20);
  }

  @Test
  void bad_input_names_the_input_its_value_and_the_limit() throws Exception {
    JsonNode weight =
        error(post("/api/v1/nodes/gpu-01/weight", "{\"weight\":-1}"), 400, "bad_input");
    assertThat(weight.path("input").asText()).isEqualTo("weight");
    assertThat(weight.path("value").asText()).isEqualTo("-1");
    assertThat(weight.path("limit").asText()).isEqualTo("a whole number from 0 to 1000000");
    for (String body :
        List.of(
            "",
            "{",
            "[]",
            "{}",
            "{\"weight\":1.5}",
            "{\"weight\":\"1\"}",
            "{\"weight\":1000001}",
            "{\"weight\":1,\"wait\":2}",
            "{\"weight\":99999999999}")) {
      error(post("/api/v1/nodes/gpu-01/weight", body), 400, "bad_input");
    }
    assertThat(operations.asked).isEmpty();
  }

  @Test
  void refuses_times_paths_and_parameters_that_are_out_of_range() throws Exception {
    error(post("/api/v1/mounts/models/bypass", "{\"on\":true}"), 400, "bad_input");
    error(post("/api/v1/mounts/models/bypass", "{\"on\":true,\"forSeconds\":0}"), 400, "bad_input");
    error(post("/api/v1/nodes/gpu-01/maintenance", "{\"forSeconds\":604801}"), 400, "bad_input");
    error(post("/api/v1/warmups", "{\"paths\":[]}"), 400, "bad_input");
    error(post("/api/v1/warmups", "{\"paths\":[\"models\"]}"), 400, "bad_input");
    error(post("/api/v1/warmups", "{\"paths\":[\"/nowhere/x\"]}"), 404, "not_found");
    error(post("/api/v1/origin-probe", "{\"url\":\"http://x/\"}"), 400, "bad_input");
    error(get("/api/v1/list?path=/models/&limit=10001"), 400, "bad_input");
    error(get("/api/v1/list?path=/models/&limit=x"), 400, "bad_input");
    error(get("/api/v1/list"), 400, "bad_input");
    error(get("/api/v1/list?path=/models/&lmit=3"), 400, "bad_input");
    error(get("/api/v1/stat?path=/models"), 400, "bad_input");
    for (String change :
        List.of("add=x", "add=:1", "add=x:-1", "add=x:1,", "weight=x", "weight=x=1000001")) {
      error(get("/api/v1/ring/plan?" + change), 400, "bad_input");
    }
    error(get("/api/v1/stat?path=/" + "x".repeat(1200)), 400, "bad_input");
    error(
        send(request("/api/v1/status").header("x-blockring-deadline-millis", "0")),
        400,
        "bad_input");
    assertThat(operations.asked).isEmpty();
  }

  @Test
  void an_unknown_mount_is_told_with_those_that_are_known() throws Exception {
    JsonNode error = error(get("/api/v1/stat?path=/modles/x"), 404, "not_found");
    assertThat(error.path("message").asText())
        .isEqualTo("no mount is called 'modles'; there is: models");
  }

  @Test
  void unknown_endpoints_methods_and_types_are_told_apart() throws Exception {
    error(get("/api/v1/statsu"), 404, "not_found");
    error(get("/api/v1/nodes/gpu-01/weight"), 405, "method_not_allowed");
    error(
        send(request("/api/v1/warmups").POST(HttpRequest.BodyPublishers.ofString("{}"))),
        415,
        "not_json");
  }

  @Test
  void a_body_beyond_the_limit_is_refused() throws Exception {
    String body = "{\"paths\":[\"/models/" + "x".repeat(AdminLimits.MAX_BODY_BYTES) + "\"]}";
    error(post("/api/v1/warmups", body), 413, "too_large");
  }

  @Test
  void failures_of_the_node_keep_their_kind() throws Exception {
    for (OperationException.Kind kind : OperationException.Kind.values()) {
      operations.nextFailure = new OperationException(kind, "because of 42");
      HttpResponse<String> response = get("/api/v1/nodes");
      String code = kind.name().toLowerCase(java.util.Locale.ROOT);
      int status =
          switch (kind) {
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case DENIED -> 403;
            case BUSY -> 503;
            case UNAVAILABLE -> 504;
          };
      assertThat(error(response, status, code).path("message").asText()).isEqualTo("because of 42");
      assertThat(response.headers().firstValue("retry-after").isPresent())
          .isEqualTo(kind == OperationException.Kind.BUSY);
    }
  }

  @Test
  void a_path_keeps_its_awkward_characters() throws Exception {
    String key = "sd/ü + 100%/#?&.bin";
    String encoded = URLEncoder.encode("/models/" + key, StandardCharsets.UTF_8);
    JsonNode error = error(get("/api/v1/stat?path=" + encoded), 404, "not_found");
    assertThat(error.path("message").asText()).isEqualTo("no such key: /models/" + key);
    assertThat(send(request("/api/v1/warmups/a%2Fb+c").DELETE()).statusCode()).isEqualTo(200);
    assertThat(operations.asked).contains("cancel a/b+c");
  }

  @Test
  void gives_the_objects_bytes_whole_and_by_range() throws Exception {
    namespace.size = 40_000_001;
    HttpResponse<byte[]> whole = bytes(request(OBJECT));
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.body()).isEqualTo(FakeNamespace.bytes(0, 40_000_001));
    assertThat(whole.headers().firstValue("x-cache")).contains("peer");
    assertThat(whole.headers().firstValue("etag")).contains("\"9b2cf5\"");

    HttpResponse<byte[]> part = bytes(request(OBJECT).header("range", "bytes=5000000-5999999"));
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(FakeNamespace.bytes(5_000_000, 1_000_000));
    assertThat(part.headers().firstValue("content-range"))
        .contains("bytes 5000000-5999999/40000001");

    assertThat(bytes(request(OBJECT).header("range", "bytes=-7")).body())
        .isEqualTo(FakeNamespace.bytes(39_999_994, 7));
    assertThat(bytes(request(OBJECT).header("range", "bytes=39999999-99999999")).body())
        .isEqualTo(FakeNamespace.bytes(39_999_999, 2));
  }

  private static HttpResponse<byte[]> bytes(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void an_empty_object_has_an_empty_body_and_no_range() throws Exception {
    namespace.size = 0;
    HttpResponse<byte[]> response = bytes(request(OBJECT));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-length")).contains("0");
    error(send(request(OBJECT).header("range", "bytes=0-")), 416, "range");
  }

  @Test
  void ranges_that_cannot_be_answered_are_refused() throws Exception {
    for (String range : List.of("bytes=10485760-", "bytes=9-8", "bytes=-0")) {
      error(send(request(OBJECT).header("range", range)), 416, "range");
    }
    for (String range : List.of("bytes=a-b", "bytes=-", "bytes=0-1,3-4", "rows=1-2", "bytes=1")) {
      error(send(request(OBJECT).header("range", range)), 400, "bad_input");
    }
  }

  @Test
  void a_failure_before_the_first_chunk_has_its_own_status() throws Exception {
    namespace.failsAt = 100;
    namespace.failure = ReadException.Kind.CHANGED;
    error(get(OBJECT), 409, "changed");
    namespace.failure = ReadException.Kind.BUSY;
    error(get(OBJECT), 503, "busy");
  }

  @Test
  void a_failure_in_the_middle_breaks_the_connection_after_right_bytes() throws Exception {
    namespace.failsAt = 6_000_000;
    HttpResponse<InputStream> response =
        client.send(request(OBJECT).build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-length")).contains("10485760");
    byte[] got = new byte[10_485_760];
    int[] count = new int[1];
    assertThatThrownBy(
            () -> {
              InputStream in = response.body();
              for (int n = 0; n >= 0; n = in.read(got, count[0], got.length - count[0])) {
                count[0] += n;
              }
            })
        .isInstanceOf(IOException.class);
    assertThat(count[0]).isLessThanOrEqualTo(6_000_000);
    assertThat(java.util.Arrays.copyOf(got, count[0])).isEqualTo(FakeNamespace.bytes(0, count[0]));
  }

  @Test
  void a_reader_that_stops_reading_stops_the_reads_behind_it() throws Exception {
    namespace.size = 1L << 34;
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setReceiveBufferSize(64 * 1024);
      socket
          .getOutputStream()
          .write(
              ("GET " + OBJECT + " HTTP/1.1\r\nhost: x\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readNBytes(1000);
      awaitStandstill();
      // Two chunks of ours, and what the two sockets buffer.
      assertThat(namespace.committed.get()).isLessThan(64L << 20);
    }
    awaitLanesEmpty();
  }

  private void awaitStandstill() {
    long before = -1;
    for (int same = 0; same < 5; ) {
      long now = namespace.committed.get();
      same = now == before ? same + 1 : 0;
      before = now;
      java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(40));
    }
  }

  private void awaitLanesEmpty() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (server.statistics().stream().anyMatch(lane -> lane.underWay() > 0)) {
      assertThat(System.nanoTime()).as("lanes: " + server.statistics()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void an_operation_that_never_ends_is_answered_at_the_deadline_and_interrupted() throws Exception {
    operations.isStuck = true;
    HttpResponse<String> response =
        send(request("/api/v1/status").header("x-blockring-deadline-millis", "50"));
    assertThat(error(response, 504, "deadline").path("message").asText())
        .isEqualTo("no answer within the deadline of 50 ms");
    assertThat(operations.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    awaitLanesEmpty();
  }

  @Test
  void one_request_too_many_is_refused_at_once_and_metrics_are_not() throws Exception {
    operations.isStuck = true;
    var waiting =
        java.util.stream.IntStream.range(0, AdminLimits.MAX_REQUESTS)
            .mapToObj(
                i ->
                    client.sendAsync(
                        request("/api/v1/status").build(), HttpResponse.BodyHandlers.ofString()))
            .toList();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (server.statistics().getFirst().underWay() < AdminLimits.MAX_REQUESTS) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    HttpResponse<String> refused = get("/api/v1/nodes");
    error(refused, 503, "busy");
    assertThat(refused.headers().firstValue("retry-after")).contains("1");
    assertThat(server.statistics().getFirst().shed()).isEqualTo(1);
    assertThat(get("/metrics").body()).isEqualTo("reads_total 42\n");
    waiting.forEach(future -> future.cancel(true));
    awaitLanesEmpty();
  }

  @Test
  void health_and_readiness_say_what_they_are_for() throws Exception {
    assertThat(get("/healthz").body()).isEqualTo("ok\n");
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    operations.reasonsNotReady = List.of("the store is opening: 3 of 4 disks");
    HttpResponse<String> response = get("/readyz");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("3 of 4 disks").contains("\"ready\":false");
  }

  @Test
  void an_object_without_identity_is_shown_as_never_stored() throws Exception {
    namespace.isWithoutIdentity = true;
    JsonNode stat = JSON.readTree(get("/api/v1/stat?path=/models/sd/unet.safetensors").body());
    assertThat(stat.path("identity").asText()).isEmpty();
    assertThat(stat.path("residentPercent").asDouble()).isZero();
    assertThat(operations.asked).isEmpty();
  }

  @Test
  void the_root_lists_the_mounts() throws Exception {
    JsonNode listing = JSON.readTree(get("/api/v1/list?path=/").body());
    assertThat(listing.path("entries").get(0).path("path").asText()).isEqualTo("/models/");
  }

  @Test
  void a_port_in_use_is_named() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      AdminServer blocked =
          new AdminServer("127.0.0.1", taken.getLocalPort(), operations, namespace, () -> "");
      try (blocked) {
        assertThatThrownBy(blocked::start)
            .isInstanceOf(IOException.class)
            .hasMessageStartingWith(
                "admin port " + taken.getLocalPort() + " on 127.0.0.1 cannot be opened: ");
      }
    }
  }
}
