package io.blockring.node.http.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint.
 *
 * @param template a path; parts in braces match anything
 * @param parameters of the query, all that may be there
 */
record Route(
    String method, String template, Set<String> parameters, Lane.Name lane, Handler handler) {

  /** Answers one kind of request, on a virtual thread. */
  @FunctionalInterface
  interface Handler {
    Reply answer(Call call) throws Exception;
  }

  /** The decoded variable parts, or null when the path is another one. */
  @Nullable Map<String, String> match(String path) throws ApiException {
    String[] wanted = template.split("/", -1);
    String[] given = path.split("/", -1);
    if (wanted.length != given.length) {
      return null;
    }
    Map<String, String> variables = new LinkedHashMap<>();
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].startsWith("{")) {
        variables.put(wanted[i].substring(1, wanted[i].length() - 1), decoded(given[i]));
      } else if (!wanted[i].equals(given[i])) {
        return null;
      }
    }
    return variables;
  }

  private static String decoded(String part) throws ApiException {
    try {
      // In a path a plus is a plus; only forms make it a space.
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ApiException.badInput("path", part, "percent-encoded UTF-8");
    }
  }
}
