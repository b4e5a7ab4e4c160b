package io.blockring.node.http.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code docs/reference/admin-api.md}: its endpoints and their examples. */
final class ReferencePage {
  private static final Pattern HEADING = Pattern.compile("^### `([A-Z]+ /[^`]*)`$");
  private static final Pattern FENCE = Pattern.compile("^```(json[ a-z]*)$");

  /**
   * @param request empty when the page shows none, so the other
   */
  record Example(String request, String answer) {}

  final String text;
  final Map<String, Example> endpoints = new LinkedHashMap<>();

  ReferencePage() throws IOException {
    text = Files.readString(Path.of("../docs/reference/admin-api.md"));
    String endpoint = "";
    StringBuilder block = null;
    boolean isRequest = false;
    for (String line : text.lines().toList()) {
      Matcher heading = HEADING.matcher(line);
      Matcher fence = FENCE.matcher(line);
      if (heading.matches()) {
        endpoint = heading.group(1);
        endpoints.put(endpoint, new Example("", ""));
      } else if (fence.matches()) {
        block = new StringBuilder();
        isRequest = fence.group(1).equals("json request");
      } else if (line.equals("```") && block != null) {
        if (endpoints.containsKey(endpoint)) {
          Example before = endpoints.get(endpoint);
          String now = block.toString();
          endpoints.put(
              endpoint,
              isRequest ? new Example(now, before.answer) : new Example(before.request, now));
        }
        block = null;
      } else if (block != null) {
        block.append(line).append('\n');
      }
    }
  }
}
