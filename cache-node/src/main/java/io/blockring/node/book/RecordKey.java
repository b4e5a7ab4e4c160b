package io.blockring.node.book;

import java.util.Comparator;

/**
 * Names one record.
 *
 * @param kind what the body is: {@code member}, {@code held}, {@code bypass}
 * @param id unique in its kind
 */
public record RecordKey(String kind, String id) implements Comparable<RecordKey> {
  static final int MAX_LENGTH = 512;

  private static final Comparator<RecordKey> ORDER =
      Comparator.comparing(RecordKey::kind).thenComparing(RecordKey::id);

  public RecordKey {
    if (kind.isEmpty() || id.isEmpty() || kind.length() + id.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "kind and id of a record have 1 to "
              + MAX_LENGTH
              + " characters together, not "
              + kind.length()
              + " + "
              + id.length());
    }
  }

  @Override
  public int compareTo(RecordKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return kind + "/" + id;
  }
}
