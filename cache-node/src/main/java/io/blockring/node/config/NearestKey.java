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

  /** The valid key that takes the fewest edits, looking at the whole key and at its last part. */
  String to(String unknown) {
    String best = "";
    int fewest = Integer.MAX_VALUE;
    for (String key : keys) {
      int whole = edits(plain(unknown), plain(key));
      int last = edits(plain(lastPart(unknown)), plain(lastPart(key))) + 1;
      if (Math.min(whole, last) < fewest) {
        fewest = Math.min(whole, last);
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
