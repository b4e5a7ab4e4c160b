package io.blockring.node.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key that a flag ({@code mounts.sd.blockBytes}) or a variable ({@code
 * MOUNTS_SD_BLOCK_BYTES}) means. Names of the user's own (mounts) may contain the separator, so
 * every split is tried along the schema.
 */
enum GivenName {
  FLAG("."),
  VARIABLE("_");

  private final String separator;

  GivenName(String separator) {
    this.separator = separator;
  }

  /** How a key is written here: {@code blockBytes} or {@code BLOCK_BYTES}. */
  String write(String key) {
    return this == FLAG
        ? key
        : key.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
            .replaceAll("[.-]", "_")
            .toUpperCase(Locale.ROOT);
  }

  /**
   * The path that is meant, ending at a leaf.
   *
   * @param entries what is known already: a variable cannot say whether a name had a dash or a dot
   * @return null when there is no such key
   */
  @Nullable List<String> resolve(String given, Schema.Section section, Entries entries) {
    return resolve(given, section, List.of(), entries);
  }

  private @Nullable List<String> resolve(
      String given, Schema.Section section, List<String> prefix, Entries entries) {
    for (Schema.Key key : section.keys()) {
      String written = write(key.name());
      List<String> path = Settings.append(prefix, key.name());
      boolean isLeaf = key.schema() instanceof Schema.Leaf || key.schema() instanceof Schema.Leaves;
      if (isLeaf && given.equals(written)) {
        return path;
      }
      if (!isLeaf && given.startsWith(written + separator)) {
        List<String> found =
            resolveBelow(given.substring(written.length() + 1), key.schema(), path, entries);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private @Nullable List<String> resolveBelow(
      String given, Schema schema, List<String> path, Entries entries) {
    return switch (schema) {
      case Schema.Section section -> resolve(given, section, path, entries);
      case Schema.Named named -> resolveNamed(given, named.element(), path, entries);
      case Schema.Listed listed -> resolveNamed(given, listed.element(), path, entries);
      case Schema.Leaf leaf -> null;
      case Schema.Leaves leaves -> null;
    };
  }

  private @Nullable List<String> resolveNamed(
      String given, Schema.Section element, List<String> path, Entries entries) {
    Collection<String> known = entries.namesBelow(path);
    for (int at = given.indexOf(separator); at > 0; at = given.indexOf(separator, at + 1)) {
      String name = name(given.substring(0, at), known);
      List<String> found =
          resolve(given.substring(at + 1), element, Settings.append(path, name), entries);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private String name(String written, Collection<String> known) {
    if (this == FLAG) {
      return written;
    }
    List<String> same = new ArrayList<>(known);
    same.removeIf(name -> !write(name).equals(written));
    return same.isEmpty() ? written.toLowerCase(Locale.ROOT).replace('_', '-') : same.getFirst();
  }
}
