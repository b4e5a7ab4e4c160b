package io.blockring.node.http.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.node.security.ApiKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request as a handler sees it; every getter checks what it gives.
 *
 * @param variables parts of the path, by their name in the route
 * @param query decoded, each name once
 * @param body empty when there is none
 * @param range the header, null when there is none
 * @param asker who may do what the route asks for; which paths is checked by the handler
 */
record Call(
    Map<String, String> variables,
    Map<String, String> query,
    byte[] body,
    @Nullable String range,
    String traceId,
    long deadlineNanos,
    ApiKey asker) {
  private static final ObjectMapper JSON = new ObjectMapper();

  String variable(String name) throws ApiException {
    String value = variables.get(name);
    if (value == null || value.isEmpty() || value.length() > 200) {
      throw ApiException.badInput(name, String.valueOf(value), "1 to 200 characters");
    }
    return value;
  }

  /** A parameter that must be there. */
  String parameter(String name) throws ApiException {
    String value = query.get(name);
    if (value == null) {
      throw ApiException.badInput("parameter " + name, "", "given");
    }
    return value;
  }

  String parameter(String name, String otherwise) {
    return query.getOrDefault(name, otherwise);
  }

  int parameter(String name, int otherwise, int least, int most) throws ApiException {
    String value = query.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, like a number that is out of range.
    }
    throw ApiException.badInput(
        "parameter " + name, value, "a whole number from " + least + " to " + most);
  }

  /** Refuses a path that the asker may not read, before it is known whether it exists. */
  void requireMayRead(String path) throws ApiException {
    String folder = path.indexOf('/', 1) < 0 ? path + "/" : path;
    if (!asker.mayRead(folder)) {
      throw ApiException.forbidden(
          "key " + asker.name() + " reads " + String.join(", ", asker.paths()) + ", not " + path);
    }
  }

  ReadScope scope() {
    return new ReadScope(traceId, TrafficClass.READ, deadlineNanos);
  }

  /**
   * The body: a JSON object with these fields and no others.
   *
   * @param known all that may be there
   */
  Fields fields(Set<String> known) throws ApiException {
    JsonNode tree;
    try {
      tree = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw ApiException.badInput("body", e.getOriginalMessage(), "a JSON object");
    } catch (java.io.IOException e) {
      throw new IllegalStateException("reading from memory cannot fail", e);
    }
    if (!tree.isObject()) {
      throw ApiException.badInput("body", tree.toString(), "a JSON object");
    }
    for (Iterator<String> names = tree.fieldNames(); names.hasNext(); ) {
      onlyKnown("field", names.next(), known);
    }
    return new Fields(tree);
  }

  /** Refuses a name that nobody reads: it is a mistake that must not pass in silence. */
  static void onlyKnown(String what, String name, Collection<String> known) throws ApiException {
    if (!known.contains(name)) {
      List<String> sorted = known.stream().sorted().toList();
      throw ApiException.badInput(
          what, name, sorted.isEmpty() ? "left out: none is known here" : "one of " + sorted);
    }
  }

  /** The fields of a body. */
  record Fields(JsonNode tree) {

    int wholeNumber(String name, int least, int most) throws ApiException {
      JsonNode value = tree.path(name);
      if (value.isIntegralNumber() && value.canConvertToInt()) {
        int number = value.intValue();
        if (number >= least && number <= most) {
          return number;
        }
      }
      throw ApiException.badInput(
          name, shown(value), "a whole number from " + least + " to " + most);
    }

    /** A number of bytes; 0 when it is not given. */
    long bytes(String name) throws ApiException {
      JsonNode value = tree.path(name);
      if (value.isMissingNode()) {
        return 0;
      }
      if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0) {
        return value.longValue();
      }
      throw ApiException.badInput(name, shown(value), "a whole number of bytes");
    }

    /** A time of at most {@link AdminLimits#MAX_FOR}. */
    Duration seconds(String name, int least) throws ApiException {
      return Duration.ofSeconds(
          wholeNumber(name, least, Math.toIntExact(AdminLimits.MAX_FOR.toSeconds())));
    }

    boolean flag(String name) throws ApiException {
      JsonNode value = tree.path(name);
      if (!value.isBoolean()) {
        throw ApiException.badInput(name, shown(value), "true or false");
      }
      return value.booleanValue();
    }

    String text(String name) throws ApiException {
      JsonNode value = tree.path(name);
      if (!value.isTextual() || value.textValue().length() > AdminLimits.MAX_PATH_BYTES) {
        throw ApiException.badInput(
            name, shown(value), "text of at most " + AdminLimits.MAX_PATH_BYTES + " characters");
      }
      return value.textValue();
    }

    String text(String name, String otherwise) throws ApiException {
      return tree.has(name) ? text(name) : otherwise;
    }

    boolean flag(String name, boolean otherwise) throws ApiException {
      return tree.has(name) ? flag(name) : otherwise;
    }

    List<String> texts(String name, int most) throws ApiException {
      JsonNode value = tree.path(name);
      if (!value.isArray() || value.isEmpty() || value.size() > most) {
        String given = value.isArray() ? value.size() + " of them" : shown(value);
        throw ApiException.badInput(name, given, "a list of 1 to " + most + " texts");
      }
      List<String> texts = new ArrayList<>(value.size());
      for (JsonNode item : value) {
        if (!item.isTextual()) {
          throw ApiException.badInput(name, shown(item), "a list of texts");
        }
        texts.add(item.textValue());
      }
      return texts;
    }

    private static String shown(JsonNode value) {
      return value.isMissingNode() ? "" : value.toString();
    }
  }
}
