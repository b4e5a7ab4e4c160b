package io.blockring.cachectl.screen;

import java.io.PrintStream;

/** One line that is redrawn. For terminals only. */
public final class ProgressBar {
  private static final int CELLS = 20;
  private static final int MAX_COLUMNS = 79;

  private final PrintStream terminal;
  private int drawn;

  public ProgressBar(PrintStream terminal) {
    this.terminal = terminal;
  }

  /**
   * @param fraction 0 to 1
   * @param text to its right; cut where the line ends
   */
  public void draw(double fraction, String text) {
    int full = (int) (Math.clamp(fraction, 0, 1) * CELLS);
    String line = "[" + "#".repeat(full) + ".".repeat(CELLS - full) + "] " + text;
    String shown = line.length() <= MAX_COLUMNS ? line : line.substring(0, MAX_COLUMNS);
    terminal.print("\r" + shown + " ".repeat(Math.max(0, drawn - shown.length())));
    terminal.flush();
    drawn = shown.length();
  }

  /** Leaves an empty line, for what comes next. */
  public void clear() {
    if (drawn > 0) {
      terminal.print("\r" + " ".repeat(drawn) + "\r");
      terminal.flush();
      drawn = 0;
    }
  }
}
