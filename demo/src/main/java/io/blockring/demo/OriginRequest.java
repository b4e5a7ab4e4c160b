package io.blockring.demo;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One request to the bucket, as a fault script sees it.
 *
 * @param target path and query as sent
 * @param range the Range header, or null
 */
public record OriginRequest(
    Operation operation, String method, String target, @Nullable String range) {

  /** What a bucket charges for. */
  public enum Operation {
    GET,
    HEAD,
    LIST,
    PUT,
    OTHER
  }

  static OriginRequest of(HttpHead head) throws IOException {
    String method = head.word(0);
    String target = head.word(1);
    return new OriginRequest(operation(method, target), method, target, head.header("range"));
  }

  private static Operation operation(String method, String target) {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? "" : target.substring(question + 1);
    boolean isObject = path.indexOf('/', 1) > 0 && !path.endsWith("/");
    return switch (method) {
      case "GET" -> {
        if (isObject) {
          yield Operation.GET;
        }
        yield query.contains("list-type=") || query.contains("prefix=")
            ? Operation.LIST
            : Operation.OTHER;
      }
      case "HEAD" -> isObject ? Operation.HEAD : Operation.OTHER;
      case "PUT" -> Operation.PUT;
      default -> Operation.OTHER;
    };
  }
}
