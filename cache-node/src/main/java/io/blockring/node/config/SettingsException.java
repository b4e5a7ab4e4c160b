package io.blockring.node.config;

import java.util.List;

/** Settings that cannot be used: every problem that was found, not only the first. */
public final class SettingsException extends StartException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /**
   * @param problems one sentence each: where, which key, the value, what is allowed
   */
  public SettingsException(List<String> problems) {
    super(
        (problems.size() == 1 ? "1 problem" : problems.size() + " problems")
            + " in the settings:\n  "
            + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
