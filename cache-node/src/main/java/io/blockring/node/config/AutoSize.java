package io.blockring.node.config;

/**
 * A number of bytes, or {@code auto}: a share of something that is known only when the node starts.
 *
 * @param isAuto whether the share is taken
 * @param size when not auto
 */
public record AutoSize(boolean isAuto, ByteSize size) {

  /** Reads {@code auto} or a size. */
  public static AutoSize parse(String text) {
    if (text.equals("auto")) {
      return new AutoSize(true, new ByteSize(0));
    }
    try {
      return new AutoSize(false, ByteSize.parse(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + ", or auto", e);
    }
  }

  /** The bytes meant, where {@code share} is what auto takes. */
  public long orShare(long share) {
    return isAuto ? share : size.bytes();
  }

  @Override
  public String toString() {
    return isAuto ? "auto" : size.toString();
  }
}
