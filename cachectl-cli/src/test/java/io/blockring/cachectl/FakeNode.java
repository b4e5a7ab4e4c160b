package io.blockring.cachectl;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node that answers with the examples of {@code docs/reference/admin-api.md}, which the real
 * server is tested to give, unless a test says otherwise.
 */
final class FakeNode implements AutoCloseable {
  private static final Pattern SECTION =
      Pattern.compile("### `([A-Z]+) (/[^`]*)`(.*?)(?=\n### |\n## |\\z)", Pattern.DOTALL);
  private static final Pattern ANSWER = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

  /**
   * @param promised content-length; more than the body has makes the connection break off
   */
  record Reply(int status, byte[] body, long promised) {
    static Reply json(String body) {
      return of(200, body.getBytes(StandardCharsets.UTF_8));
    }

    static Reply of(int status, byte[] body) {
      return new Reply(status, body, body.length);
    }

    static Reply error(int status, String code) {
      String error =
          "{\"error\":{\"code\":\""
              + code
              + "\",\"message\":\"because of 42\",\"traceId\":\"f00d\"}}";
      return of(status, error.getBytes(StandardCharsets.UTF_8));
    }
  }

  private final HttpServer server;
  private final Map<String, String> examples = examples();
  private final Map<String, Deque<Reply>> scripted = new HashMap<>();

  /** {@code METHOD target body}, in the order of arrival. */
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  FakeNode() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  static Map<String, String> examples() throws IOException {
    Map<String, String> examples = new HashMap<>();
    String page = Files.readString(Path.of("../docs/reference/admin-api.md"));
    for (Matcher section = SECTION.matcher(page); section.find(); ) {
      Matcher answer = ANSWER.matcher(section.group(3));
      if (answer.find()) {
        String path = section.group(2).replace("{mount}", "models").replace("{id}", "w-1");
        examples.put(section.group(1) + " " + path, answer.group(1));
      }
    }
    return examples;
  }

  String example(String methodAndPath) {
    String example = examples.get(methodAndPath);
    if (example == null) {
      throw new IllegalArgumentException(methodAndPath + " is none of " + examples.keySet());
    }
    return example;
  }

  /** The next answers of one endpoint; the last one stays. */
  void script(String methodAndPath, Reply... replies) {
    scripted.put(methodAndPath, new ArrayDeque<>(List.of(replies)));
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String method = exchange.getRequestMethod();
    requests.add((method + " " + exchange.getRequestURI() + " " + body).strip());
    String path = exchange.getRequestURI().getRawPath();
    Reply reply = next(method + " " + path);
    exchange.sendResponseHeaders(reply.status(), reply.promised() == 0 ? -1 : reply.promised());
    exchange.getResponseBody().write(reply.body());
    exchange.close();
  }

  private synchronized Reply next(String methodAndPath) {
    Deque<Reply> replies = scripted.get(methodAndPath);
    if (replies != null) {
      return replies.size() > 1 ? replies.removeFirst() : replies.getFirst();
    }
    String generic = methodAndPath.replaceFirst("/nodes/[^/]+/", "/nodes/{node}/");
    String example = examples.get(generic);
    return example == null ? Reply.error(404, "not_found") : Reply.json(example);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
