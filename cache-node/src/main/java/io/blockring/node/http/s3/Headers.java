package io.blockring.node.http.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request's headers by name, whatever the case. */
final class Headers {
  private final TreeMap<String, List<String>> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  Headers add(String name, String value) {
    values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
    return this;
  }

  /** All values of a header as one, as RFC 9110 joins them; null when it was not sent. */
  @Nullable String value(String name) {
    List<String> all = values.get(name);
    return all == null ? null : all.size() == 1 ? all.getFirst() : String.join(",", all);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  Set<String> names() {
    return values.keySet();
  }
}
