package io.blockring.node.http.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.ui.ConsoleFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConsolePagesTest {
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
    client.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void serves_every_file_with_its_type_under_a_policy_that_allows_only_them() throws Exception {
    for (ConsoleFiles.File file : ConsoleFiles.all()) {
      HttpResponse<byte[]> response = send(request("/ui/" + file.name()));
      assertThat(response.statusCode()).as(file.name()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(file.bytes());
      assertThat(response.headers().firstValue("content-type")).contains(file.contentType());
      assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
      assertThat(response.headers().firstValue("content-security-policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
    }
  }

  @Test
  void the_folder_and_the_root_lead_to_the_page() throws Exception {
    assertThat(send(request("/ui/")).body()).isEqualTo(ConsoleFiles.all().getFirst().bytes());
    for (String path : List.of("/", "/ui")) {
      HttpResponse<byte[]> response = send(request(path));
      assertThat(response.statusCode()).isEqualTo(302);
      assertThat(response.headers().firstValue("location")).contains("/ui/");
    }
  }

  @Test
  void a_file_that_the_browser_has_is_not_sent_again() throws Exception {
    HttpResponse<byte[]> first = send(request("/ui/main.js"));
    String etag = first.headers().firstValue("etag").orElseThrow();
    assertThat(first.headers().firstValue("cache-control")).contains("no-cache");
    HttpResponse<byte[]> again = send(request("/ui/main.js").header("if-none-match", etag));
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(send(request("/ui/main.js").header("if-none-match", "\"x\"")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void nothing_else_is_there() throws Exception {
    for (String path : List.of("/ui/nothing.js", "/ui/../status", "/ui/%2e%2e/x", "/ui//main.js")) {
      assertThat(send(request(path)).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(send(request("/ui/").DELETE()).statusCode()).isEqualTo(405);
    HttpResponse<byte[]> head =
        send(request("/ui/").method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }
}
