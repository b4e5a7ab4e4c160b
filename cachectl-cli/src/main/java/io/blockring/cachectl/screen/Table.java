package io.blockring.cachectl.screen;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns as wide as they need to be. */
public final class Table {
  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] isRight;

  /**
   * @param titles of the columns; {@code >TITLE} aligns to the right
   */
  public Table(String... titles) {
    isRight = new boolean[titles.length];
    String[] shown = new String[titles.length];
    for (int i = 0; i < titles.length; i++) {
      isRight[i] = titles[i].startsWith(">");
      shown[i] = isRight[i] ? titles[i].substring(1) : titles[i];
    }
    rows.add(shown);
  }

  public void add(String... cells) {
    if (cells.length != isRight.length) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + isRight.length + " columns: " + Arrays.toString(cells));
    }
    rows.add(cells);
  }

  /** Whether it has titles only. */
  public boolean isEmpty() {
    return rows.size() == 1;
  }

  /** With the titles. */
  public void print(PrintStream out) {
    print(out, rows);
  }

  /** Without the titles. */
  public void printRows(PrintStream out) {
    print(out, rows.subList(1, rows.size()));
  }

  private void print(PrintStream out, List<String[]> rows) {
    int[] widths = new int[isRight.length];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String gap = " ".repeat(widths[i] - row[i].length());
        line.append(isRight[i] ? gap + row[i] : row[i] + gap).append("  ");
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
