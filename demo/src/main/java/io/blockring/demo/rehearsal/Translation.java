package io.blockring.demo.rehearsal;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From a container's names to this machine's: names of services become addresses of loopback, paths
 * become directories, and "every interface" becomes the service's own address.
 *
 * @param addresses by name of the service
 * @param paths local ones by the container's
 * @param self the service's own address
 */
record Translation(Map<String, String> addresses, Map<String, String> paths, String self) {
  private static final Comparator<String> LONGEST_FIRST =
      Comparator.comparing(String::length).reversed().thenComparing(Comparator.naturalOrder());

  String of(String text) {
    String translated = text.replace("0.0.0.0", self);
    for (Map.Entry<String, String> each : addresses.entrySet()) {
      translated =
          Pattern.compile(
                  "(?m)(?<=^|[\\s\\[,='\"]|//|/dev/tcp/)"
                      + Pattern.quote(each.getKey())
                      + "(?!://)(?=$|[\\s\\],'\":/])")
              .matcher(translated)
              .replaceAll(Matcher.quoteReplacement(each.getValue()));
    }
    Map<String, String> longestFirst = new TreeMap<>(LONGEST_FIRST);
    longestFirst.putAll(paths);
    for (Map.Entry<String, String> each : longestFirst.entrySet()) {
      translated =
          Pattern.compile("(?<![\\w/.-])" + Pattern.quote(each.getKey()) + "(?![\\w-])")
              .matcher(translated)
              .replaceAll(Matcher.quoteReplacement(each.getValue()));
    }
    return translated;
  }
}
