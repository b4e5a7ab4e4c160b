package io.blockring.client.origin;

import java.util.List;

/**
 * One page of a listing.
 *
 * @param nextStartAfter where the next page starts; empty after the last
 */
public record ListPage(List<Entry> entries, String nextStartAfter) {

  /**
   * A name in a listing.
   *
   * @param name a key, or a common prefix with its delimiter
   * @param etag with quotes; empty when unknown or a prefix
   */
  public record Entry(
      String name, boolean isPrefix, long size, String etag, long lastModifiedEpochMillis) {}

  public boolean isLast() {
    return nextStartAfter.isEmpty();
  }
}
