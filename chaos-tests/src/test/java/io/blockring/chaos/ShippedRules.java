package io.blockring.chaos;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The rules of {@code grafana/prometheus/rules}. */
record ShippedRules(List<Recording> recordings, List<Alert> alerts) {
  /** A figure worked out once. */
  record Recording(String name, String expression) {}

  /** Something a person is told. */
  record Alert(
      String name, String expression, Map<String, String> labels, Map<String, String> annotations) {
    String annotation(String key) {
      return Objects.requireNonNull(annotations.get(key), () -> name + " has no " + key);
    }
  }

  static ShippedRules read(Path directory) throws IOException {
    List<Recording> recordings = new ArrayList<>();
    List<Alert> alerts = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> found = Files.list(directory)) {
      files = found.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
    }
    for (Path file : files) {
      for (Object group : list(yaml(file), "groups")) {
        for (Object rule : list(group, "rules")) {
          add(map(rule), recordings, alerts);
        }
      }
    }
    return new ShippedRules(recordings, alerts);
  }

  private static void add(Map<?, ?> rule, List<Recording> recordings, List<Alert> alerts) {
    String expression = text(rule, "expr");
    if (rule.containsKey("record")) {
      recordings.add(new Recording(text(rule, "record"), expression));
    } else {
      alerts.add(
          new Alert(
              text(rule, "alert"), expression, texts(rule, "labels"), texts(rule, "annotations")));
    }
  }

  static Object yaml(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      return new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
    }
  }

  private static List<?> list(Object of, String key) {
    return (List<?>) Objects.requireNonNull(map(of).get(key), key);
  }

  private static Map<?, ?> map(Object value) {
    return (Map<?, ?>) value;
  }

  private static String text(Map<?, ?> of, String key) {
    return Objects.requireNonNull(of.get(key), () -> key + " of " + of).toString();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> texts(Map<?, ?> of, String key) {
    return (Map<String, String>) Objects.requireNonNull(of.get(key), () -> key + " of " + of);
  }
}
