package io.blockring.client.origin.s3;

import io.blockring.client.namespace.Digest;
import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.OriginLocation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a copy says of the version it was made of, as user metadata: {@code
 * x-amz-meta-blockring-source-identity} and the like. A copy of another place's object is no copy:
 * two places may give different bytes one identity, as files do with size and time.
 *
 * @param source names the place that is copied, see {@link #ofSource}
 */
record CopyMark(String source) {
  private static final String SOURCE = "blockring-source";
  private static final String IDENTITY = "blockring-source-identity";
  private static final String SIZE = "blockring-source-size";
  private static final String ETAG = "blockring-source-etag";
  private static final String MODIFIED = "blockring-source-modified";

  /** The mark of copies of the objects of one place. */
  static CopyMark ofSource(OriginLocation location, String endpoint) {
    return new CopyMark(
        Digest.of("source", location.toString(), endpoint.replaceAll("/+$", "")).toString());
  }

  /**
   * The user metadata of a copy of this version.
   *
   * @throws IllegalArgumentException when a value of it cannot travel in a header
   */
  Map<String, String> write(ObjectMetadata object) {
    Map<String, String> mark = new LinkedHashMap<>();
    put(mark, SOURCE, source);
    put(mark, IDENTITY, String.valueOf(object.identity()));
    put(mark, SIZE, Long.toString(object.size()));
    put(mark, ETAG, object.etag());
    put(mark, MODIFIED, Long.toString(object.lastModifiedEpochMillis()));
    return mark;
  }

  private static void put(Map<String, String> mark, String name, String value) {
    if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(name + ": '" + value + "' cannot travel in a header");
    }
    mark.put(name, value);
  }

  /**
   * The version of which an object with this user metadata is a copy; null when it is none, or one
   * of another place's object.
   */
  @Nullable ObjectMetadata read(Map<String, String> userMetadata, @Nullable String contentType) {
    String identity = userMetadata.get(IDENTITY);
    String size = userMetadata.get(SIZE);
    if (identity == null || size == null || !source.equals(userMetadata.get(SOURCE))) {
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
