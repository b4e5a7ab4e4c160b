import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Sums up the test reports of all modules: how many ran, and which were skipped, with the reason.
 */
final class Reports {
  private final List<String> skipped = new ArrayList<>();
  private int run;
  private int failed;

  public static void main(String[] arguments) throws Exception {
    Reports reports = new Reports();
    for (Path file : reportFiles()) {
      reports.add(file);
    }
    reports.print();
  }

  private static List<Path> reportFiles() throws IOException {
    try (var files = Files.walk(Path.of(""))) {
      return files
          .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
          .filter(file -> file.toString().matches(".*target/(surefire|failsafe)-reports/.*"))
          .sorted()
          .toList();
    }
  }

  private void add(Path file) throws Exception {
    NodeList cases =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(file.toFile())
            .getElementsByTagName("testcase");
    for (int i = 0; i < cases.getLength(); i++) {
      add((Element) cases.item(i));
    }
  }

  private void add(Element test) {
    run++;
    if (has(test, "failure") || has(test, "error")) {
      failed++;
    }
    if (has(test, "skipped")) {
      String name = test.getAttribute("classname") + "." + test.getAttribute("name");
      skipped.add(name + ": " + reason((Element) test.getElementsByTagName("skipped").item(0)));
    }
  }

  /** The message, or the first line of the exception that carries it. */
  private static String reason(Element skip) {
    String text = skip.getAttribute("message") + skip.getTextContent().strip();
    String reason =
        text.lines()
            .findFirst()
            .orElse("")
            .replaceFirst("^(\\S+Exception: )?(Assumption failed: )?", "");
    return reason.isBlank() ? "no reason given" : reason;
  }

  private void print() {
    System.out.printf(
        "[ci] %d tests: %d passed, %d failed, %d skipped%n",
        run, run - failed - skipped.size(), failed, skipped.size());
    skipped.forEach(line -> System.out.println("[ci] skipped " + line));
  }

  private static boolean has(Element test, String tag) {
    return test.getElementsByTagName(tag).getLength() > 0;
  }
}
