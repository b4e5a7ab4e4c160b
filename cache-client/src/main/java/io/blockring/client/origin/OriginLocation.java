package io.blockring.client.origin;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where the bytes of a mount are. {@link #toString} is the canonical text, the same for every
 * spelling of one place, as a mount's id needs it.
 */
public sealed interface OriginLocation {

  /**
   * A bucket, or the part of it below a prefix.
   *
   * @param prefix empty, or ends with a slash: {@code s3://b/prod} and {@code s3://b/prod/} are one
   *     place, and {@code production/x} is not in it
   */
  record Bucket(String bucket, String prefix) implements OriginLocation {
    // Looser than Amazon's rule (lower case, 3 to 63), because other stores allow more.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");

    public Bucket {
      if (!NAME.matcher(bucket).matches()) {
        throw new IllegalArgumentException(
            "location: '"
                + bucket
                + "' is not a bucket's name (2 to 255 letters, digits, dots, dashes, underscores)");
      }
      if (!prefix.isEmpty() && !prefix.endsWith("/")) {
        prefix = prefix + "/";
      }
    }

    @Override
    public String toString() {
      return "s3://" + bucket + "/" + prefix;
    }
  }

  /** A directory tree. The path is absolute and has no {@code ..} in it. */
  record Directory(Path path) implements OriginLocation {
    public Directory {
      if (!path.isAbsolute()) {
        throw new IllegalArgumentException("location: '" + path + "' is not an absolute path");
      }
      path = path.normalize();
    }

    @Override
    public String toString() {
      return "file://" + path;
    }
  }

  /**
   * Reads {@code s3://bucket/prefix} or {@code file:///dir}. What follows the scheme is taken as it
   * stands, without percent decoding.
   */
  static OriginLocation parse(String text) {
    if (text.startsWith("s3://")) {
      String rest = text.substring("s3://".length());
      int slash = rest.indexOf('/');
      return slash < 0
          ? new Bucket(rest, "")
          : new Bucket(rest.substring(0, slash), rest.substring(slash + 1));
    }
    if (text.startsWith("file:///")) {
      try {
        return new Directory(Path.of(text.substring("file://".length())));
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException("location: '" + text + "': " + e.getMessage(), e);
      }
    }
    throw new IllegalArgumentException(
        "location: '" + text + "' is neither s3://bucket/prefix nor file:///dir");
  }
}
