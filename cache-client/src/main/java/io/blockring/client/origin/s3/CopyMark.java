package io.blockring.client.origin.s3;

import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.ObjectMetadata;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a copy says of the version it was made of, as user metadata: {@code
 * x-amz-meta-blockring-source-identity} and the like.
 */
final class CopyMark {
  private static final String IDENTITY = "blockring-source-identity";
  private static final String SIZE = "blockring-source-size";
  private static final String ETAG = "blockring-source-etag";
  private static final String MODIFIED = "blockring-source-modified";

  private CopyMark() {}

  /**
   * The user metadata of a copy of this version.
   *
   * @throws IllegalArgumentException when a value of it cannot travel in a header
   */
  static Map<String, String> write(ObjectMetadata source) {
    Map<String, String> mark = new LinkedHashMap<>();
    put(mark, IDENTITY, String.valueOf(source.identity()));
    put(mark, SIZE, Long.toString(source.size()));
    put(mark, ETAG, source.etag());
    put(mark, MODIFIED, Long.toString(source.lastModifiedEpochMillis()));
    return mark;
  }

  private static void put(Map<String, String> mark, String name, String value) {
    if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(name + ": '" + value + "' cannot travel in a header");
    }
    mark.put(name, value);
  }

  /** The version of which an object with this user metadata is a copy; null when it is none. */
  static @Nullable ObjectMetadata read(
      Map<String, String> userMetadata, @Nullable String contentType) {
    String identity = userMetadata.get(IDENTITY);
    String size = userMetadata.get(SIZE);
    if (identity == null || size == null) {
      return null;
    }
    try {
      return new ObjectMetadata(
          Identity.parse(identity),
          Long.parseLong(size),
          Long.parseLong(userMetadata.getOrDefault(MODIFIED, "0")),
          userMetadata.getOrDefault(ETAG, ""),
          contentType == null ? "" : contentType);
    } catch (IllegalArgumentException e) {
      return null; // somebody else's idea of such a name
    }
  }

  /** Whether an object of this size, marked so, has the wanted version's bytes. */
  static boolean isOf(@Nullable ObjectMetadata copied, long bytes, ObjectMetadata wanted) {
    return copied != null
        && copied.identity() != null
        && copied.identity().equals(wanted.identity())
        && copied.size() == wanted.size()
        && bytes == wanted.size();
  }
}
