package io.blockring.node.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** What the sources gave, by key; a later source replaces what an earlier one said of a key. */
final class Entries {

  /**
   * Texts given for one key.
   *
   * @param where for messages: file and line, the variable, the flag
   */
  record Entry(List<String> texts, String where) {}

  private final Map<List<String>, Entry> byPath = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  void put(List<String> path, Entry entry) {
    byPath.put(path, entry);
  }

  /** Says that a named section is there even if no key of it is given. */
  void touch(List<String> path, String where) {
    byPath.putIfAbsent(path, new Entry(List.of(), where));
  }

  @Nullable Entry get(List<String> path) {
    return byPath.get(path);
  }

  /** The names that follow a prefix, in the order in which they were first given. */
  SequencedSet<String> namesBelow(List<String> prefix) {
    SequencedSet<String> names = new LinkedHashSet<>();
    for (List<String> path : byPath.keySet()) {
      if (path.size() > prefix.size() && path.subList(0, prefix.size()).equals(prefix)) {
        names.add(path.get(prefix.size()));
      }
    }
    return names;
  }

  void problem(String problem) {
    problems.add(problem);
  }

  List<String> problems() {
    return problems;
  }
}
