package io.blockring.node.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds what somebody probably meant by a key that does not exist. */
final class NearestKey {
  private final List<String> keys = new ArrayList<>();

  NearestKey(Schema.Section root) {
    Schema.forEachLeaf(root, "", (name, key) -> keys.add(name));
  }

  /**
   * The valid key that takes the fewest edits, looking at the whole key, at its last part and, for
   * who names a section, at the part before.
   */
  String to(String unknown) {
    String best = "";
    int fewest = Integer.MAX_VALUE;
    for (String key : keys) {
      int whole = edits(plain(unknown), plain(key));
      int last = edits(plain(lastPart(unknown)), plain(lastPart(key))) + 1;
      int section = edits(plain(lastPart(unknown)), plain(lastPart(parent(key)))) + 2;
      int edits = Math.min(Math.min(whole, last), section);
      if (edits < fewest) {
        fewest = edits;
        best = key;
      }
    }
    return best;
  }

  private static String plain(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  private static String lastPart(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  private static String parent(String key) {
    return key.substring(0, Math.max(0, key.lastIndexOf('.')));
  }

  /** Levenshtein's distance, one row at a time. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      row[column] = column;
    }
    for (int line = 1; line <= from.length(); line++) {
      int diagonal = row[0];
      row[0] = line;
      for (int column = 1; column <= to.length(); column++) {
        int replaced = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
        diagonal = row[column];
        row[column] = Math.min(replaced, Math.min(row[column], row[column - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
