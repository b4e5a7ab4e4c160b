package io.blockring.node.http.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.blockring.client.credentials.PeerAuthority;
import io.blockring.client.credentials.TlsIdentity;
import io.blockring.node.config.Secret;
import io.blockring.node.http.admin.ClusterStatus.Health;
import io.blockring.node.http.admin.ClusterStatus.Problem;
import io.blockring.node.security.ApiKey;
import io.blockring.node.security.ApiKeys;
import io.blockring.node.security.Certificates;
import io.blockring.node.security.Role;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask what, at a port with keys and at one without. */
@Timeout(30)
class AdminAccessTest {
  private static final ApiKey READER = key("reader", Role.READER, List.of());
  private static final ApiKey OPERATOR = key("operator", Role.OPERATOR, List.of());
  private static final ApiKey LIMITED = key("limited", Role.READER, List.of("/models/sd"));

  private final FakeOperations operations = new FakeOperations();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private volatile ApiKeys keys = ApiKeys.of(READER, OPERATOR, LIMITED);
  private @Nullable TlsIdentity tls;
  private AdminServer server;
  private int port;

  private static ApiKey key(String name, Role role, List<String> paths) {
    return new ApiKey(name, role, "", Secret.parse(""), Secret.parse(name + "'s-token"), paths);
  }

  @BeforeEach
  void start() throws IOException {
    server =
        new AdminServer(
            "127.0.0.1",
            0,
            tls,
            new AdminAccess(() -> keys, false, Set.of("cache.example.org")),
            operations,
            new FakeNamespace(),
            () -> "reads_total 42\n");
    port = server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private HttpResponse<String> ask(String method, String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("content-type", "application/json");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    HttpRequest.BodyPublisher body =
        method.equals("POST")
            ? HttpRequest.BodyPublishers.ofString("{\"weight\":0}")
            : HttpRequest.BodyPublishers.noBody();
    return client.send(request.method(method, body).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> as(ApiKey asker, String method, String path) throws Exception {
    return ask(method, path, "authorization", "Bearer " + asker.token().reveal());
  }

  private static void assertRefused(HttpResponse<String> response, int status, String code)
      throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(new ObjectMapper().readTree(response.body()).path("error").path("code").asText())
        .isEqualTo(code);
  }

  /** The status line of a request whose Host header is this. */
  private String withHost(String host) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket
          .getOutputStream()
          .write(
              ("GET /api/v1/nodes HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .findFirst()
          .orElse("");
    }
  }

  @Test
  void every_endpoint_wants_a_token_but_health() throws Exception {
    for (Route route :
        new AdminApi(operations, new FakeNamespace(), new LiveFeed(operations), () -> "")
            .routes()) {
      String path = route.template().replaceAll("\\{.*?}", "x");
      if (path.equals("/readyz")) {
        continue;
      }
      for (String token : List.of("", "Bearer ", "Bearer nobody's-token", "Basic cmVhZGVyOg==")) {
        HttpResponse<String> response =
            token.isEmpty()
                ? ask(route.method(), path)
                : ask(route.method(), path, "authorization", token);
        assertThat(response.statusCode()).as(route + " " + token).isIn(401, 429);
        assertThat(response.body()).startsWith("{\"error\":").doesNotContain("reads_total");
      }
    }
    assertThat(operations.asked).isEmpty();
    assertThat(ask("GET", "/healthz").statusCode()).isEqualTo(200);
    assertThat(ask("GET", "/readyz").statusCode()).isIn(200, 503);
  }

  @Test
  void the_refusal_says_how_to_log_in() throws Exception {
    HttpResponse<String> response = ask("GET", "/api/v1/status");
    assertRefused(response, 401, "unauthorized");
    assertThat(response.headers().firstValue("www-authenticate"))
        .hasValue("Bearer realm=\"blockring\"");
  }

  @Test
  void a_reader_looks_and_an_operator_changes() throws Exception {
    assertThat(as(READER, "GET", "/api/v1/status").statusCode()).isEqualTo(200);
    assertThat(as(READER, "GET", "/metrics").body()).isEqualTo("reads_total 42\n");
    assertRefused(as(READER, "POST", "/api/v1/nodes/gpu-01/weight"), 403, "forbidden");
    assertRefused(as(READER, "DELETE", "/api/v1/warmups/w-1"), 403, "forbidden");
    assertThat(operations.asked).containsExactly("status");
    assertThat(as(OPERATOR, "POST", "/api/v1/nodes/gpu-01/weight").statusCode()).isEqualTo(200);
    assertThat(operations.asked).containsExactly("status", "weight gpu-01 0");
  }

  @Test
  void a_key_with_paths_sees_these_only() throws Exception {
    assertThat(as(LIMITED, "GET", "/api/v1/list?path=/models/sd/").statusCode()).isEqualTo(200);
    assertThat(as(LIMITED, "GET", "/api/v1/stat?path=/models/sd/unet.safetensors").statusCode())
        .isEqualTo(200);
    for (String path :
        List.of(
            "/api/v1/list?path=/models",
            "/api/v1/list?path=/models/",
            "/api/v1/list?path=/models/sd",
            "/api/v1/list?path=/nowhere",
            "/api/v1/stat?path=/models/sdxl/unet.safetensors",
            "/api/v1/object?path=/models/other.bin",
            "/api/v1/warmups",
            "/metrics")) {
      assertRefused(as(LIMITED, "GET", path), 403, "forbidden");
    }
  }

  @Test
  void a_key_with_paths_is_told_no_names_outside_of_them() throws Exception {
    operations.moreProblems =
        List.of(
            new Problem(Health.READERS_AFFECTED, "reads_failing", "gpu-01", "/hidden/secret.bin"),
            new Problem(Health.DEGRADED, "mount_bypassed", "hidden", "for 5 s more"),
            new Problem(Health.DEGRADED, "mount_bypassed", "models", "for 5 s more"));
    assertThat(as(READER, "GET", "/api/v1/status").body()).contains("/hidden/secret.bin");
    JsonNode told = new ObjectMapper().readTree(as(LIMITED, "GET", "/api/v1/status").body());
    assertThat(told.toString()).doesNotContain("hidden").doesNotContain("5 s");
    assertThat(told.path("health").asText()).isEqualTo("readers_affected");
    assertThat(told.path("problems").findValuesAsText("code"))
        .containsExactly("node_away", "reads_failing", "mount_bypassed", "mount_bypassed");
    assertThat(told.path("problems").findValuesAsText("subject"))
        .containsExactly("", "", "", "models");

    keys = ApiKeys.of(READER, key("limited", Role.READER, List.of("/gone/a")));
    HttpResponse<String> nowhere = as(LIMITED, "GET", "/api/v1/list?path=/gone/a/");
    assertRefused(nowhere, 404, "not_found");
    assertThat(nowhere.body()).contains("there is: none").doesNotContain("models");
    assertThat(as(READER, "GET", "/api/v1/list?path=/gone/a/").body()).contains("models");
  }

  @Test
  void keys_that_change_count_from_the_next_request_on() throws Exception {
    assertThat(as(READER, "GET", "/api/v1/status").statusCode()).isEqualTo(200);
    keys = ApiKeys.of(OPERATOR);
    assertRefused(as(READER, "GET", "/api/v1/status"), 401, "unauthorized");
  }

  @Test
  void guessing_is_slowed_down() throws Exception {
    for (int i = 0; i < FailedLogins.AT_ONCE; i++) {
      assertRefused(
          ask("GET", "/api/v1/status", "authorization", "Bearer guess-" + i), 401, "unauthorized");
    }
    HttpResponse<String> slowed =
        ask("GET", "/api/v1/status", "authorization", "Bearer one-more-guess");
    assertRefused(slowed, 429, "too_many_logins");
    assertThat(Long.parseLong(slowed.headers().firstValue("retry-after").orElse("0")))
        .isBetween(1L, FailedLogins.ONE_PER.toSeconds() + 1);
    assertThat(ask("GET", "/api/v1/status").statusCode()).as("no guess").isEqualTo(401);
    assertThat(as(READER, "GET", "/api/v1/status").statusCode())
        .as("a right token from where the guesses come")
        .isEqualTo(200);
  }

  @Test
  void one_more_guess_is_free_after_a_while() throws ApiException {
    long[] now = {0};
    FailedLogins logins = new FailedLogins(() -> now[0]);
    for (int i = 0; i < FailedLogins.AT_ONCE; i++) {
      logins.requireFew("a");
      logins.add("a");
    }
    assertThat(catchThrowable(() -> logins.requireFew("a"))).isInstanceOf(ApiException.class);
    logins.requireFew("b");
    now[0] = FailedLogins.ONE_PER.toNanos() + 1;
    logins.requireFew("a");
    logins.add("a");
    assertThat(catchThrowable(() -> logins.requireFew("a"))).isInstanceOf(ApiException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1:7073", "[::1]:7073", "localhost", "gpu-01:7073", "cache.example.org"})
  void without_keys_our_own_names_are_answered(String host) throws IOException {
    keys = ApiKeys.NONE;
    assertThat(withHost(host)).contains(" 200 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example.com", "evil.example.com:7073", "127.0.0.1.nip.io", "a.b"})
  void without_keys_a_name_that_was_made_to_lead_here_is_not(String host) throws IOException {
    keys = ApiKeys.NONE;
    assertThat(withHost(host)).contains(" 421 ");
  }

  @Test
  void pages_of_other_sites_change_nothing() throws Exception {
    keys = ApiKeys.NONE;
    String path = "/api/v1/nodes/gpu-01/weight";
    for (String origin : List.of("https://evil.example.com", "null", "http://127.0.0.1:1")) {
      assertRefused(ask("POST", path, "origin", origin), 403, "forbidden");
    }
    assertThat(operations.asked).isEmpty();
    assertThat(ask("POST", path, "origin", "http://127.0.0.1:" + port).statusCode()).isEqualTo(200);
  }

  @Test
  void over_tls_the_certificate_is_what_its_file_holds_now(@TempDir Path directory)
      throws Exception {
    server.close();
    Certificates certificates = new Certificates(directory);
    Path certificate = certificates.issue("first");
    Path key = certificates.key("first");
    tls = TlsIdentity.open(certificate, key);
    start();
    PeerAuthority authority = PeerAuthority.open(certificates.ca);
    assertThat(nameShown(authority)).isEqualTo("CN=first");

    Path second = certificates.issue("second");
    Files.move(second, certificate, StandardCopyOption.REPLACE_EXISTING);
    Files.move(certificates.key("second"), key, StandardCopyOption.REPLACE_EXISTING);
    long until = System.nanoTime() + 20_000_000_000L;
    while (!nameShown(authority).equals("CN=second")) {
      assertThat(System.nanoTime() - until).as("the new certificate in use").isNegative();
    }
    try (HttpClient trusting = HttpClient.newBuilder().sslContext(context(authority)).build()) {
      HttpRequest status =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/api/v1/status"))
              .header("authorization", "Bearer " + READER.token().reveal())
              .build();
      assertThat(trusting.send(status, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }

  private static SSLContext context(PeerAuthority authority) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {authority}, null);
    return context;
  }

  /** A new session each time: one that goes on keeps its certificate. */
  private String nameShown(PeerAuthority authority) throws Exception {
    try (SSLSocket socket =
        (SSLSocket) context(authority).getSocketFactory().createSocket("127.0.0.1", port)) {
      return socket.getSession().getPeerPrincipal().getName();
    }
  }
}
