package io.blockring.mount.tree;

import io.blockring.client.OpenObject;
import io.blockring.client.origin.ListPage;

/**
 * What is known of a version before it is opened, the same from a listing and from a metadata
 * request: enough to tell two versions apart whenever the bucket gives ETags, and else as good as
 * size and seconds are. The exact version is bound at the first open, see {@link Inode.File}.
 *
 * @param etag with quotes; empty when there is none
 * @param size in bytes
 * @param modifiedEpochSeconds 0 where the ETag says it all: listings and metadata requests give
 *     times of different precision
 * @param modifiedEpochMillis what is shown; not compared
 */
public record Stamp(String etag, long size, long modifiedEpochSeconds, long modifiedEpochMillis) {

  public static Stamp of(OpenObject object) {
    return of(object.etag(), object.size(), object.lastModifiedEpochMillis());
  }

  public static Stamp of(ListPage.Entry entry) {
    return of(entry.etag(), entry.size(), entry.lastModifiedEpochMillis());
  }

  private static Stamp of(String etag, long size, long millis) {
    return new Stamp(etag, size, etag.isEmpty() ? millis / 1_000 : 0, millis);
  }

  /** Whether both may be the same version. */
  public boolean matches(Stamp other) {
    return etag.equals(other.etag)
        && size == other.size
        && modifiedEpochSeconds == other.modifiedEpochSeconds;
  }
}
