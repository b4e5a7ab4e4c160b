package io.blockring.node.http.admin;

import io.blockring.ui.ConsoleFiles;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The console's files below {@code /ui/}: some hundred KiB in memory, the same for everyone. They
 * hold no figures, so they need no token; what they show they ask the API for.
 */
final class ConsolePages {
  private static final String ROOT = "/ui";

  /** Only files of this node are loaded and asked, none may frame the page. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private record Page(String contentType, byte[] bytes, String etag) {}

  private final Map<String, Page> pages = new LinkedHashMap<>();

  ConsolePages() {
    for (ConsoleFiles.File file : ConsoleFiles.all()) {
      byte[] bytes = file.bytes();
      pages.put(ROOT + "/" + file.name(), new Page(file.contentType(), bytes, etag(bytes)));
    }
    pages.put(ROOT + "/", Objects.requireNonNull(pages.get(ROOT + "/index.html")));
  }

  boolean answers(HttpServerRequest request) {
    String path = request.path();
    return path != null && (path.equals("/") || path.equals(ROOT) || path.startsWith(ROOT + "/"));
  }

  /** On the event loop. */
  void answer(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    boolean isHead = request.method().equals(HttpMethod.HEAD);
    if (!isHead && !request.method().equals(HttpMethod.GET)) {
      response.setStatusCode(405).putHeader("allow", "GET, HEAD").end();
      return;
    }
    String path = Objects.requireNonNullElse(request.path(), "");
    if (path.equals("/") || path.equals(ROOT)) {
      response.setStatusCode(302).putHeader("location", ROOT + "/").end();
      return;
    }
    Page page = pages.get(path);
    if (page == null) {
      text(response, 404, "the console has no such file\n");
      return;
    }
    response
        .putHeader("etag", page.etag())
        // Kept by the browser, but asked for at each use: a node may have been upgraded.
        .putHeader("cache-control", "no-cache")
        .putHeader("content-security-policy", POLICY)
        .putHeader("x-content-type-options", "nosniff")
        .putHeader("x-frame-options", "DENY")
        .putHeader("referrer-policy", "no-referrer")
        .putHeader("cross-origin-opener-policy", "same-origin");
    if (isKnown(request.getHeader("if-none-match"), page.etag())) {
      response.setStatusCode(304).end();
      return;
    }
    response
        .putHeader("content-type", page.contentType())
        .putHeader("content-length", Integer.toString(page.bytes().length));
    if (isHead) {
      response.end();
    } else {
      response.end(Buffer.buffer(page.bytes()));
    }
  }

  private static boolean isKnown(@Nullable String ifNoneMatch, String etag) {
    return ifNoneMatch != null
        && Arrays.stream(ifNoneMatch.split(","))
            .map(tag -> tag.strip().replaceFirst("^W/", ""))
            .anyMatch(tag -> tag.equals(etag) || tag.equals("*"));
  }

  private static void text(HttpServerResponse response, int status, String text) {
    response
        .setStatusCode(status)
        .putHeader("content-type", "text/plain; charset=utf-8")
        .putHeader("x-content-type-options", "nosniff")
        .end(Buffer.buffer(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String etag(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "\"" + HexFormat.of().formatHex(hash, 0, 12) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
