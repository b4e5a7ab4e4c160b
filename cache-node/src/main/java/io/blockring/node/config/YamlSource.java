package io.blockring.node.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads one YAML file as a tree of texts with their lines; YAML's own ideas of types (the Norway
 * problem) never come into it. The tree is walked along the schema, so its depth is bounded.
 */
final class YamlSource {
  private static final int MAX_CHARACTERS = 1 << 20;

  private final Entries entries;
  private final NearestKey nearest;
  private final String fileName;

  private final boolean holdsSecrets;

  private YamlSource(Entries entries, NearestKey nearest, String fileName, boolean holdsSecrets) {
    this.entries = entries;
    this.nearest = nearest;
    this.fileName = fileName;
    this.holdsSecrets = holdsSecrets;
  }

  /** Reads a file that is kept like a secret, so that it may hold some. */
  static void readSecrets(
      String fileName, String text, Schema.Section root, NearestKey nearest, Entries entries) {
    new YamlSource(entries, nearest, fileName, true).read(text, root);
  }

  static void read(Path file, Schema.Section root, NearestKey nearest, Entries entries) {
    try {
      String text = Files.readString(file);
      new YamlSource(entries, nearest, file.toString(), false).read(text, root);
    } catch (IOException e) {
      entries.problem(file + ": cannot be read: " + e);
    }
  }

  private void read(String text, Schema.Section root) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CHARACTERS);
    try {
      Node node = new Yaml(new SafeConstructor(options)).compose(new java.io.StringReader(text));
      if (node != null && !isNull(node)) {
        readSection(node, root, List.of());
      }
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      entries.problem(fileName + ":" + line + ": not YAML: " + e.getProblem());
    } catch (YAMLException e) {
      entries.problem(fileName + ": not YAML: " + e.getMessage());
    }
  }

  private void read(Node node, Schema schema, List<String> path) {
    switch (schema) {
      case Schema.Section section -> readSection(node, section, path);
      case Schema.Named named -> readNamed(node, named, path);
      case Schema.Listed listed -> readListed(node, listed, path);
      case Schema.Leaf leaf -> readLeaf(node, leaf, path);
      case Schema.Leaves leaves -> readLeaves(node, path);
    }
  }

  private void readSection(Node node, Schema.Section section, List<String> path) {
    String names = String.join(", ", section.keys().stream().map(Schema.Key::name).toList());
    for (NodeTuple tuple : tuples(node, path, "keys and values (" + names + ")")) {
      String name = name(tuple.getKeyNode());
      Schema.Key key =
          section.keys().stream().filter(k -> k.name().equals(name)).findFirst().orElse(null);
      List<String> inner = Settings.append(path, name);
      if (key == null) {
        String dotted = String.join(".", inner);
        entries.problem(
            where(tuple.getKeyNode())
                + ": no setting is called "
                + dotted
                + "; the nearest is "
                + nearest.to(dotted));
      } else if (!isNull(tuple.getValueNode())) {
        read(tuple.getValueNode(), key.schema(), inner);
      }
    }
  }

  private void readNamed(Node node, Schema.Named named, List<String> path) {
    for (NodeTuple tuple : tuples(node, path, "keys and values")) {
      List<String> inner = Settings.append(path, name(tuple.getKeyNode()));
      entries.touch(inner, where(tuple.getKeyNode()));
      if (!isNull(tuple.getValueNode())) {
        readSection(tuple.getValueNode(), named.element(), inner);
      }
    }
  }

  private void readListed(Node node, Schema.Listed listed, List<String> path) {
    if (!(node instanceof SequenceNode sequence)) {
      expected("a list", node, path);
      return;
    }
    int index = 0;
    for (Node element : sequence.getValue()) {
      List<String> inner = Settings.append(path, Integer.toString(index++));
      entries.touch(inner, where(element));
      readSection(element, listed.element(), inner);
    }
  }

  private void readLeaf(Node node, Schema.Leaf leaf, List<String> path) {
    if (leaf.type() == Secret.class && !holdsSecrets) {
      entries.problem(
          where(node)
              + ": "
              + String.join(".", path)
              + " is a secret: give it as environment variable "
              + EnvironmentSource.variable(path)
              + ", or name a file that holds it");
    } else {
      String text = text(node, path);
      if (text != null) {
        entries.put(path, new Entries.Entry(List.of(text), where(node)));
      }
    }
  }

  private void readLeaves(Node node, List<String> path) {
    List<String> texts = new ArrayList<>();
    for (Node element : node instanceof SequenceNode list ? list.getValue() : List.of(node)) {
      String text = text(element, path);
      if (text != null) {
        texts.add(text);
      }
    }
    entries.put(path, new Entries.Entry(texts, where(node)));
  }

  private @Nullable String text(Node node, List<String> path) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    expected("one value", node, path);
    return null;
  }

  private List<NodeTuple> tuples(Node node, List<String> path, String what) {
    if (!(node instanceof MappingNode mapping)) {
      expected(what, node, path);
      return List.of();
    }
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!seen.add(name(tuple.getKeyNode()))) {
        entries.problem(
            where(tuple.getKeyNode())
                + ": "
                + String.join(".", Settings.append(path, name(tuple.getKeyNode())))
                + " is given twice");
      }
    }
    return mapping.getValue();
  }

  private void expected(String what, Node node, List<String> path) {
    String key = path.isEmpty() ? "the file" : String.join(".", path);
    entries.problem(where(node) + ": " + key + " takes " + what);
  }

  private static String name(Node key) {
    return key instanceof ScalarNode scalar ? scalar.getValue() : key.getTag().getValue();
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private String where(Node node) {
    return fileName + ":" + (node.getStartMark().getLine() + 1);
  }
}
