package io.blockring.node.config;

import java.util.List;

/**
 * Reads flags {@code --section.key=value}; a flag alone means true; {@code --insecure} is short.
 */
final class FlagSource {
  private FlagSource() {}

  static void read(List<String> flags, Schema.Section root, NearestKey nearest, Entries entries) {
    for (String flag : flags) {
      if (!flag.startsWith("--")) {
        entries.problem("argument '" + flag + "': flags are written --section.key=value");
        continue;
      }
      int equals = flag.indexOf('=');
      String name = flag.substring(2, equals < 0 ? flag.length() : equals);
      String key =
          name.equals("insecure") || name.equals("trusted-network") ? shortFlag(name) : name;
      List<String> path = GivenName.FLAG.resolve(key, root, entries);
      if (path == null) {
        entries.problem(
            "flag --" + name + ": there is no such setting; the nearest is --" + nearest.to(key));
      } else if (Settings.isSecret(root, path)) {
        entries.problem(
            "flag --"
                + name
                + ": a secret in the arguments is seen by every process of this host; use "
                + EnvironmentSource.variable(path)
                + " or a file");
      } else {
        String text = equals < 0 ? "true" : flag.substring(equals + 1);
        entries.put(path, new Entries.Entry(List.of(text), "flag --" + name));
      }
    }
  }

  private static String shortFlag(String name) {
    return name.equals("insecure") ? "security.insecure" : "security.trustedNetwork";
  }
}
