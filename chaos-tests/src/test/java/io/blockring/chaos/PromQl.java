package io.blockring.chaos;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Just enough of PromQL's surface to see which metrics an expression names and what it compares.
 * Whether it is PromQL at all is for Prometheus to say.
 */
final class PromQl {
  private static final Pattern COMPARISON =
      Pattern.compile("(>=|<=|==|!=|>|<)\\s*(bool\\s+)?[-+]?\\d+(\\.\\d+)?");
  private static final Pattern NOT_NAMES =
      Pattern.compile(
          "\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]"
              + "|\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w:.])[a-zA-Z_:][a-zA-Z0-9_:]*(?!\\s*\\(|\\w|:)");
  private static final Set<String> KEYWORDS =
      Set.of(
          "and", "or", "unless", "offset", "bool", "ignoring", "on", "group_left", "group_right");

  private PromQl() {}

  /** The metrics that an expression asks for. */
  static Set<String> metrics(String expression) {
    Set<String> names = new TreeSet<>();
    Matcher name = NAME.matcher(NOT_NAMES.matcher(expression).replaceAll(" "));
    while (name.find()) {
      if (!KEYWORDS.contains(name.group())) {
        names.add(name.group());
      }
    }
    return names;
  }

  /** What an alert looks at, whether or not it is beyond the alert's limits. */
  static String withoutComparisons(String expression) {
    return COMPARISON.matcher(expression).replaceAll(" ");
  }
}
