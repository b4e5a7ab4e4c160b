package io.blockring.cachectl;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Runs cachectl in this process. Pauses take no time. */
final class Cli {
  /** What a run left behind. */
  record Run(int code, byte[] bytes, String err) {
    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  final Map<String, String> variables = new HashMap<>();
  boolean isTerminal;
  int pauses;

  Run run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Environment environment =
        new Environment(
            variables,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            isTerminal,
            length -> pauses++);
    int code = Cachectl.run(environment, arguments);
    return new Run(code, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }
}
