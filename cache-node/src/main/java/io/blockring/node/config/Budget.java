package io.blockring.node.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of a disk blocks may take: a size, or a share of its file system, written {@code 80%}.
 *
 * @param bytes when {@code percent} is 0
 * @param percent 1 to 100, or 0 for bytes
 */
public record Budget(long bytes, int percent) {
  private static final Pattern SHARE = Pattern.compile("(\\d{1,9})\\s*%");

  public Budget {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes below 0: " + bytes);
    }
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException(percent + "% is not between 1% and 100%");
    }
  }

  /** Reads a size or a share. */
  public static Budget parse(String text) {
    Matcher share = SHARE.matcher(text.strip());
    if (!share.matches()) {
      return new Budget(ByteSize.parse(text).bytes(), 0);
    }
    int percent = Integer.parseInt(share.group(1));
    if (percent == 0) {
      throw new IllegalArgumentException("0% is not between 1% and 100%");
    }
    return new Budget(0, percent);
  }

  public boolean isShare() {
    return percent > 0;
  }

  /**
   * In bytes, now.
   *
   * @param directory on the disk; it need not be there yet
   * @return 0 for a share of a file system that cannot be asked
   */
  long bytesAt(Path directory) {
    if (!isShare()) {
      return bytes;
    }
    Path there = directory.toAbsolutePath();
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    try {
      return Files.getFileStore(there).getTotalSpace() / 100 * percent;
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public String toString() {
    return isShare() ? percent + "%" : new ByteSize(bytes).toString();
  }
}
