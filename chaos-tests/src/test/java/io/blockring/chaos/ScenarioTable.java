package io.blockring.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the scenarios of this run met, one row each, in {@code target/chaos-scenarios.md}. */
final class ScenarioTable {
  private static final Path FILE = Path.of("target", "chaos-scenarios.md");

  private static final String HEAD =
      """
      | scenario | injected | reads | W | errors | hits p50 / p99 ms: quiet | fault | cold p50 / p99 ms: fault \
      | bucket bytes × | requests × | longest without a good read | recovered |
      |---|---|---|---|---|---|---|---|---|---|---|---|
      """;

  private static final List<String> ROWS = new ArrayList<>();

  private ScenarioTable() {}

  /** Written at once, so that a run that breaks off leaves what it has seen. */
  static synchronized void add(String row) throws IOException {
    ROWS.add(row);
    Files.createDirectories(FILE.toAbsolutePath().getParent());
    Files.writeString(FILE, text());
  }

  static synchronized void print() {
    System.out.println(text());
  }

  private static String text() {
    return HEAD + String.join("\n", ROWS) + "\n";
  }
}
