package io.blockring.client.origin;

import java.util.Comparator;

/**
 * The order of listings: by the keys' UTF-8 bytes, which is the order of code points. {@link
 * String#compareTo} differs from it above U+FFFF.
 */
public enum KeyOrder implements Comparator<String> {
  UTF_8;

  @Override
  public int compare(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char l = left.charAt(i);
      char r = right.charAt(i);
      if (l != r) {
        return Integer.compare(rank(l), rank(r));
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  /** Lifts surrogates, which stand for code points above U+FFFF, over all other characters. */
  private static int rank(char c) {
    return Character.isSurrogate(c) ? c + 0x10000 : c;
  }
}
