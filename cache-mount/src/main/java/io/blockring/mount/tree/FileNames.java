package io.blockring.mount.tree;

import java.nio.charset.StandardCharsets;

/**
 * Which parts of keys can be names of files. A key with a part that cannot is hidden, and so is all
 * that shares the part: an empty one ({@code a//b}), {@code .} and {@code ..}, more than 255 bytes,
 * a NUL.
 */
public final class FileNames {
  /** In UTF-8. */
  public static final int LONGEST_BYTES = 255;

  private FileNames() {}

  /**
   * Whether a file can be called that.
   *
   * @param part of a key, without slashes
   */
  public static boolean isPossible(String part) {
    return !part.isEmpty()
        && !part.equals(".")
        && !part.equals("..")
        && part.indexOf('\0') < 0
        && !isTooLong(part);
  }

  public static boolean isTooLong(String part) {
    // Three bytes is the most that one char makes.
    return part.length() > LONGEST_BYTES / 3
        && part.getBytes(StandardCharsets.UTF_8).length > LONGEST_BYTES;
  }
}
