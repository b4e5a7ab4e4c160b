package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code docs/operate/errors.md}, whose tables say situation, message and answer. In a message,
 * {@code …} stands for what differs from case to case.
 */
final class ErrorsPage {
  private static final Path PAGE = Path.of("docs", "operate", "errors.md");

  private record Row(String situation, String message, String answer) {}

  private final List<Row> rows;

  private ErrorsPage(List<Row> rows) {
    this.rows = rows;
  }

  static ErrorsPage read() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(find())) {
      String[] cells = line.split(" *\\| *", -1);
      if (cells.length == 5) {
        rows.add(new Row(cells[1], cells[2].replace("`", ""), cells[3]));
      }
    }
    return new ErrorsPage(rows);
  }

  /** Insists that the page tells this situation as it was seen. */
  void assertTells(String situation, String seen, String answer) {
    System.out.println("ClearErrorsIT: " + situation + " → " + answer + "\n    " + seen.strip());
    Row row =
        rows.stream()
            .filter(candidate -> candidate.situation().equals(situation))
            .findFirst()
            .orElseThrow(() -> new AssertionError(PAGE + " has no row '" + situation + "'"));
    assertThat(answer).as("answer to: " + situation).isEqualTo(row.answer());
    assertThat(seen)
        .as("message for: " + situation)
        .containsSubsequence(List.of(row.message().split("…")));
  }

  private static Path find() throws IOException {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(PAGE))) {
        return at.resolve(PAGE);
      }
    }
    throw new IOException("no " + PAGE + " in any directory above");
  }
}
