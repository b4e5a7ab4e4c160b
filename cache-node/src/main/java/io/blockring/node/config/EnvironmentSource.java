package io.blockring.node.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads variables {@code BLOCKRING_SECTION_KEY}. */
final class EnvironmentSource {
  static final String PREFIX = "BLOCKRING_";

  /** The settings file itself, and what the command line of the operator uses. */
  private static final Set<String> NOT_SETTINGS = Set.of("CONFIG", "CONTEXT", "JAVA_OPTS");

  /**
   * Kubernetes puts these into every pod when a Service is called "blockring"; they are nobody's
   * mistake.
   */
  private static final Pattern KUBERNETES =
      Pattern.compile(
          "(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT|PORT_\\d+_(TCP|UDP|SCTP)(_.*)?)");

  private EnvironmentSource() {}

  static void read(
      Map<String, String> environment, Schema.Section root, NearestKey nearest, Entries entries) {
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      if (!name.startsWith(PREFIX) || NOT_SETTINGS.contains(name.substring(PREFIX.length()))) {
        continue;
      }
      String given = name.substring(PREFIX.length());
      List<String> path = GivenName.VARIABLE.resolve(given, root, entries);
      if (path != null) {
        entries.put(path, new Entries.Entry(List.of(variable.getValue()), "environment " + name));
      } else if (!KUBERNETES.matcher(given).matches()) {
        String key = nearest.to(given.replace('_', '.'));
        entries.problem(
            "environment "
                + name
                + ": there is no such setting; the nearest is "
                + variable(List.of(key.split("\\."))));
      }
    }
  }

  /** The variable that sets a key. */
  static String variable(List<String> path) {
    return PREFIX + String.join("_", path.stream().map(GivenName.VARIABLE::write).toList());
  }
}
