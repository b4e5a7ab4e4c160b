package io.blockring.client.namespace;

/**
 * What tells two contents of one key apart: the bucket's version id, else its strong ETag, else
 * (files) size and modification time. A key without one is read through and never stored.
 *
 * @param value as the origin gave it; an ETag keeps its quotes
 */
public record Identity(Kind kind, String value) {

  /** Where an identity comes from, strongest first. */
  public enum Kind {
    VERSION_ID('v'),
    ETAG('e'),
    FILE('f');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }
  }

  public Identity {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("an identity cannot be empty");
    }
    if (kind == Kind.ETAG && value.startsWith("W/")) {
      throw new IllegalArgumentException("a weak ETag is not an identity: " + value);
    }
  }

  /** Reads what {@link #toString} wrote. */
  public static Identity parse(String text) {
    if (text.length() > 2 && text.charAt(1) == ':') {
      for (Kind kind : Kind.values()) {
        if (kind.letter == text.charAt(0)) {
          return new Identity(kind, text.substring(2));
        }
      }
    }
    throw new IllegalArgumentException("not an identity: '" + text + "'");
  }

  /** The kind's letter, a colon, the value: {@code e:"9b2cf5"}. */
  @Override
  public String toString() {
    return kind.letter + ":" + value;
  }
}
