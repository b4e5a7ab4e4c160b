package io.blockring.cachectl.admin;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a node.
 *
 * @param target path and query, encoded
 * @param body JSON; null when there is none
 */
public record Request(String method, String target, @Nullable String body) {

  /**
   * @param parts of the path below {@code /api/v1}, encoded here
   */
  public static Request get(String... parts) {
    return new Request("GET", path(parts), null);
  }

  public static Request post(String body, String... parts) {
    return new Request("POST", path(parts), body);
  }

  public static Request delete(String... parts) {
    return new Request("DELETE", path(parts), null);
  }

  /** The same with one more parameter. */
  public Request with(String name, String value) {
    char joint = target.indexOf('?') < 0 ? '?' : '&';
    return new Request(method, target + joint + name + "=" + encoded(value), body);
  }

  /** Whether asking twice does no more than asking once. */
  boolean isRepeatable() {
    return method.equals("GET");
  }

  private static String path(String... parts) {
    StringBuilder path = new StringBuilder("/api/v1");
    for (String part : parts) {
      path.append('/').append(encoded(part));
    }
    return path.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
