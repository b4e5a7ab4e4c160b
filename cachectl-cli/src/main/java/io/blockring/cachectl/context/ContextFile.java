package io.blockring.cachectl.context;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;

/**
 * The contexts of one file: {@code current} and {@code contexts}, each with {@code addresses} and
 * perhaps {@code tokenFile} and {@code caFile}. No secrets belong in it. A missing file has no
 * contexts; a wrong one is never half understood.
 */
public final class ContextFile {
  private static final Set<String> KEYS = Set.of("addresses", "tokenFile", "caFile");

  /**
   * Where secrets and certificates lie; empty for none.
   *
   * @param tokenFile holds the token of a key
   * @param caFile PEM of who signs the nodes' certificates
   */
  public record LoginFiles(String tokenFile, String caFile) {}

  private record Context(List<String> addresses, LoginFiles files) {}

  private final Path path;
  private final Map<String, Context> contexts;
  private String current;

  private ContextFile(Path path, Map<String, Context> contexts, String current) {
    this.path = path;
    this.contexts = contexts;
    this.current = current;
  }

  /**
   * Where the file is: {@code $XDG_CONFIG_HOME} or {@code ~/.config}, {@code
   * blockring/config.yaml}.
   */
  public static Path pathIn(Map<String, String> environment) {
    String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path base =
        xdg.isEmpty() ? Path.of(environment.getOrDefault("HOME", "."), ".config") : Path.of(xdg);
    return base.resolve("blockring").resolve("config.yaml");
  }

  public static ContextFile read(Path path) throws CommandFailure {
    try {
      Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(path));
      return of(path, tree == null ? Map.of() : tree);
    } catch (NoSuchFileException e) {
      return new ContextFile(path, new TreeMap<>(), "");
    } catch (IOException e) {
      throw wrong(path, "cannot be read: " + e.getMessage());
    } catch (YAMLException e) {
      throw wrong(path, "is not YAML: " + e.getMessage());
    }
  }

  private static ContextFile of(Path path, Object tree) throws CommandFailure {
    Map<String, Object> top = map(path, "the file", tree, Set.of("current", "contexts"));
    Map<String, Context> contexts = new TreeMap<>();
    Object all = top.getOrDefault("contexts", Map.of());
    for (var entry : map(path, "contexts", all, Set.of()).entrySet()) {
      String name = entry.getKey();
      Map<String, Object> context = map(path, name, entry.getValue(), KEYS);
      LoginFiles files =
          new LoginFiles(
              String.valueOf(context.getOrDefault("tokenFile", "")),
              String.valueOf(context.getOrDefault("caFile", "")));
      contexts.put(name, new Context(texts(path, name, context.get("addresses")), files));
    }
    String current = String.valueOf(top.getOrDefault("current", ""));
    if (!current.isEmpty() && !contexts.containsKey(current)) {
      throw wrong(path, "current is '" + current + "', which is not one of " + contexts.keySet());
    }
    return new ContextFile(path, contexts, current);
  }

  /**
   * @param known empty when any name will do
   */
  private static Map<String, Object> map(Path path, String what, Object tree, Set<String> known)
      throws CommandFailure {
    if (!(tree instanceof Map<?, ?> map)) {
      throw wrong(path, what + " must be a map, but is: " + tree);
    }
    Map<String, Object> checked = new LinkedHashMap<>();
    for (var entry : map.entrySet()) {
      String name = String.valueOf(entry.getKey());
      if (entry.getValue() == null || !(known.isEmpty() || known.contains(name))) {
        throw wrong(path, what + " has '" + name + "': " + entry.getValue() + "; known: " + known);
      }
      checked.put(name, entry.getValue());
    }
    return checked;
  }

  private static List<String> texts(Path path, String name, @Nullable Object value)
      throws CommandFailure {
    if (!(value instanceof List<?> items) || items.isEmpty()) {
      throw wrong(path, name + " must have addresses: a list of at least one, but has: " + value);
    }
    List<String> texts = new ArrayList<>();
    items.forEach(item -> texts.add(String.valueOf(item)));
    return texts;
  }

  private static CommandFailure wrong(Path path, String message) {
    return new CommandFailure(ExitCode.CONFIG, path + " " + message);
  }

  /** Names, sorted. */
  public List<String> names() {
    return List.copyOf(contexts.keySet());
  }

  /** Empty when none is chosen. */
  public String current() {
    return current;
  }

  public List<String> addresses(String name) throws CommandFailure {
    return context(name).addresses;
  }

  public LoginFiles files(String name) throws CommandFailure {
    return context(name).files;
  }

  private Context context(String name) throws CommandFailure {
    Context found = contexts.get(name);
    if (found == null) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "no context is called '" + name + "' in " + path + "; there is: " + names());
    }
    return found;
  }

  /** Makes or replaces one. The first becomes the current one. */
  public void set(String name, List<String> addresses, LoginFiles files) {
    contexts.put(name, new Context(List.copyOf(addresses), files));
    current = current.isEmpty() ? name : current;
  }

  public void use(String name) throws CommandFailure {
    addresses(name);
    current = name;
  }

  public void remove(String name) throws CommandFailure {
    addresses(name);
    contexts.remove(name);
    current = current.equals(name) ? "" : current;
  }

  /** Replaces the file at once or not at all; comments in it are lost. */
  public void write() throws CommandFailure {
    Map<String, Object> top = new LinkedHashMap<>();
    if (!current.isEmpty()) {
      top.put("current", current);
    }
    Map<String, Object> all = new LinkedHashMap<>();
    contexts.forEach((name, context) -> all.put(name, tree(context)));
    top.put("contexts", all);
    DumperOptions block = new DumperOptions();
    block.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    try {
      Path directory = path.toAbsolutePath().getParent();
      Files.createDirectories(directory);
      Path temporary = Files.createTempFile(directory, "config", ".tmp");
      Files.writeString(temporary, new Yaml(new Representer(block), block).dump(top));
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CANNOT_WRITE, path + " cannot be written: " + e.getMessage());
    }
  }

  private static Map<String, Object> tree(Context context) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("addresses", context.addresses);
    if (!context.files.tokenFile.isEmpty()) {
      tree.put("tokenFile", context.files.tokenFile);
    }
    if (!context.files.caFile.isEmpty()) {
      tree.put("caFile", context.files.caFile);
    }
    return tree;
  }
}
