package io.blockring.node.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings: the YAML file, then variables of the environment, then flags; later wins, key by
 * key.
 */
public final class Settings {
  private static final String CONFIG_FLAG = "--config";

  private Settings() {}

  /**
   * Everything a node is told.
   *
   * @param arguments flags; {@code --config=FILE} (or {@code --config FILE}, or the variable {@code
   *     BLOCKRING_CONFIG}) names the YAML file, without it there is none
   * @throws SettingsException naming every problem, not only the first
   */
  public static NodeSettings read(List<String> arguments, Map<String, String> environment)
      throws SettingsException {
    return (NodeSettings) read(Schema.of(NodeSettings.class), arguments, environment);
  }

  /**
   * Reads a file of secrets, which is nothing but that: other settings refuse secrets in files.
   *
   * @param fileName for messages
   * @throws SettingsException naming every problem, and no value of a secret
   */
  public static <T extends Record> T readSecrets(Class<T> type, String fileName, String text)
      throws SettingsException {
    Schema.Section root = Schema.of(type);
    Entries entries = new Entries();
    YamlSource.readSecrets(fileName, text, root, new NearestKey(root), entries);
    Record read = new Binder(entries).bind(root, List.of());
    if (!entries.problems().isEmpty()) {
      throw new SettingsException(entries.problems());
    }
    return type.cast(Objects.requireNonNull(read));
  }

  static Record read(Schema.Section root, List<String> arguments, Map<String, String> environment)
      throws SettingsException {
    Entries entries = new Entries();
    NearestKey nearest = new NearestKey(root);
    List<String> flags = new ArrayList<>(arguments);
    String file = takeConfigFlag(flags, environment.get("BLOCKRING_CONFIG"));
    if (file != null) {
      YamlSource.read(Path.of(file), root, nearest, entries);
    }
    EnvironmentSource.read(environment, root, nearest, entries);
    FlagSource.read(flags, root, nearest, entries);
    Record settings = new Binder(entries).bind(root, List.of());
    if (!entries.problems().isEmpty()) {
      throw new SettingsException(entries.problems());
    }
    return Objects.requireNonNull(settings);
  }

  private static @Nullable String takeConfigFlag(List<String> flags, @Nullable String otherwise) {
    for (int i = 0; i < flags.size(); i++) {
      if (flags.get(i).startsWith(CONFIG_FLAG + "=")) {
        return flags.remove(i).substring(CONFIG_FLAG.length() + 1);
      }
      if (flags.get(i).equals(CONFIG_FLAG) && i + 1 < flags.size()) {
        flags.remove(i);
        return flags.remove(i);
      }
    }
    return otherwise;
  }

  static List<String> append(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return List.copyOf(longer);
  }

  /** Whether the key at a valid path holds a {@link Secret}. */
  static boolean isSecret(Schema.Section root, List<String> path) {
    Schema at = root;
    for (String name : path) {
      at =
          switch (at) {
            case Schema.Section section ->
                section.keys().stream()
                    .filter(key -> key.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .schema();
            case Schema.Named named -> named.element();
            case Schema.Listed listed -> listed.element();
            case Schema.Leaf leaf -> leaf;
            case Schema.Leaves leaves -> leaves;
          };
    }
    return at instanceof Schema.Leaf leaf && leaf.type() == Secret.class;
  }
}
