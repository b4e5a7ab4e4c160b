package io.blockring.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The dashboard file as Grafana reads it. */
record ShippedDashboard(JsonNode json) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)}?");
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+),\\s*(\\w+)\\)");

  /**
   * One query of one panel.
   *
   * @param where the panel's title and the query's letter
   */
  record Query(String where, String expression) {
    /** As Grafana sends it: with values for its variables. */
    Query with(Map<String, String> variables) {
      return new Query(where, substitute(expression, variables));
    }
  }

  /** What fills a variable's menu. */
  record Menu(String variable, String selector, String label) {}

  static ShippedDashboard read(Path file) throws IOException {
    return new ShippedDashboard(new ObjectMapper().readTree(file.toFile()));
  }

  /** All panels that show something, those inside folded rows included. */
  List<JsonNode> panels() {
    List<JsonNode> panels = new ArrayList<>();
    for (JsonNode panel : json.get("panels")) {
      if (panel.get("type").asText().equals("row")) {
        panel.path("panels").forEach(panels::add);
      } else {
        panels.add(panel);
      }
    }
    return panels;
  }

  List<Query> queries() {
    List<Query> queries = new ArrayList<>();
    for (JsonNode panel : panels()) {
      for (JsonNode target : panel.get("targets")) {
        String where = panel.get("title").asText() + " " + target.get("refId").asText();
        queries.add(new Query(where, target.get("expr").asText()));
      }
    }
    return queries;
  }

  /** Events drawn over all panels. */
  List<Query> annotations() {
    List<Query> queries = new ArrayList<>();
    for (JsonNode annotation : json.get("annotations").get("list")) {
      if (annotation.has("expr")) {
        queries.add(new Query(annotation.get("name").asText(), annotation.get("expr").asText()));
      }
    }
    return queries;
  }

  List<Menu> menus() {
    List<Menu> menus = new ArrayList<>();
    for (JsonNode variable : json.get("templating").get("list")) {
      if (variable.get("type").asText().equals("query")) {
        Matcher values = LABEL_VALUES.matcher(variable.get("query").get("query").asText());
        if (!values.matches()) {
          throw new IllegalStateException(variable + " is not label_values(metric, label)");
        }
        menus.add(new Menu(variable.get("name").asText(), values.group(1), values.group(2)));
      }
    }
    return menus;
  }

  static String substitute(String text, Map<String, String> variables) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> {
              String value = variables.get(found.group(1));
              if (value == null) {
                throw new IllegalStateException("no variable " + found.group() + " in " + text);
              }
              return Matcher.quoteReplacement(value);
            });
  }
}
